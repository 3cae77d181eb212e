import type { Words } from '../../../i18n';

/** Is the login under which the program itself writes the first version. */
const PROGRAM = 'init';

/** Names who wrote or agreed: the program where it was nobody. */
export function personName({ login, name }: { login: string; name: string }, t: Words['t']): string {
  return login === PROGRAM ? t('versions.by_program') : name;
}
