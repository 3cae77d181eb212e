/** The one way to the server: typed calls that either give data or throw a `ProblemError`. */
import createClient from 'openapi-fetch';

import type { paths } from './schema';
import type { Problem } from './types';

/** The server's refusal, or `NETWORK` when no answer came, or `NOT_DOZOR` when something else answered. */
export class ProblemError extends Error {
  readonly code: string;
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(code: string, status: number, problem?: Problem) {
    super(problem?.title ?? code);
    this.name = 'ProblemError';
    this.code = code;
    this.status = status;
    this.problem = problem;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}

export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  credentials: 'same-origin',
  // Looked up at each call, so that tests can put their own in place.
  fetch: (request: Request) => globalThis.fetch(request),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Unwraps an answer of `client`. */
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    // A page of a captive portal is not JSON; a lost network is a TypeError of fetch.
    throw new ProblemError(cause instanceof SyntaxError ? 'NOT_DOZOR' : 'NETWORK', 0);
  }
  const { data, error, response } = answer;
  if (!response.ok) {
    if (isProblem(error)) throw new ProblemError(error.code, response.status, error);
    throw new ProblemError('NOT_DOZOR', response.status);
  }
  return data as T;
}
