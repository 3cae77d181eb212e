import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { ProblemError } from '../../api/client';
import { releaseStep, keptSteps } from './steps';
import { sendStep } from './TaskSteps';

/** Sends what waits on the device in its order, at once and whenever the network comes back. */
export function useCapturedSteps() {
  const queries = useQueryClient();
  useEffect(() => {
    const all = async () => {
      for (const step of keptSteps()) {
        try {
          await sendStep(step, 'later');
        } catch (error) {
          if (error instanceof ProblemError && error.code === 'NETWORK') return;
          // Nothing that is kept is thrown away by a failure: it stays and is tried again.
          continue;
        }
        releaseStep(step.id);
        await queries.invalidateQueries({ queryKey: ['task-day'] });
      }
    };
    const again = () => void all();
    again();
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [queries]);
}
