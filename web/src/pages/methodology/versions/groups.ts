/** Names of the groups by which burden is compared: districts by their names, other groups by the words of their fact. */
import { useQuery } from '@tanstack/react-query';

import { factsQuery, territoriesQuery } from '../../../api/queries';
import { usePack } from '../../../app/pack';

export function useGroupName(): (attribute: string, group: string) => string {
  const { say } = usePack();
  const { data: facts } = useQuery(factsQuery);
  const { data: territories } = useQuery(territoriesQuery);
  return (attribute, group) => {
    if (attribute === 'territory') return territories?.items.find((one) => one.code === group)?.name ?? group;
    const fact = facts?.items.find((one) => one.name === attribute);
    return `${fact ? say(fact.title) : attribute}: ${group}`;
  };
}
