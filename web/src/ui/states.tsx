/** The states that every list and page has beside its content: loading, empty, failed. */
import type { ReactNode } from 'react';

import { ProblemError } from '../api/client';
import { useWords, type TextKey, type Words } from '../i18n';
import { errors } from '../i18n/texts/errors';

interface ProblemText {
  text: string;
  code: string;
}

/** Words an error: by its code where the catalogue has it, else by the server's own cause and action. */
export function problemText(error: unknown, t: Words['t']): ProblemText {
  if (!(error instanceof ProblemError)) return { text: t('errors.UNEXPECTED'), code: 'UNEXPECTED' };
  if (error.code in errors) return { text: t(`errors.${error.code}` as TextKey), code: error.code };
  const { problem } = error;
  return { text: problem ? `${problem.cause}. ${problem.action}.` : t('errors.UNEXPECTED'), code: error.code };
}

interface ProblemProps {
  error: unknown;
  /** Stands for the whole page, so its heading is the page's. */
  page?: boolean;
  retry?: (() => void) | undefined;
  /** Another way on, where asking again would not help. */
  children?: ReactNode;
}

export function ProblemView({ error, retry, children, page = false }: ProblemProps) {
  const { t } = useWords();
  const { text, code } = problemText(error, t);
  return (
    <div className="state" role="alert">
      <Heading page={page} text={t('errors.title')} />
      <p>{text}</p>
      <p className="faint">{t('common.error_code', { code })}</p>
      {retry && (
        <button type="button" className="button" onClick={retry}>
          {t('common.retry')}
        </button>
      )}
      {children}
    </div>
  );
}

/** A failure in a line, beside what it is about. */
export function ProblemLine({ error }: { error: unknown }) {
  const { t } = useWords();
  const { text, code } = problemText(error, t);
  return (
    <p className="notice notice-bad" role="alert">
      {text} <span className="faint">({code})</span>
    </p>
  );
}

function Heading({ page, text }: { page: boolean; text: string }) {
  return page ? <h1>{text}</h1> : <h2>{text}</h2>;
}

interface EmptyProps {
  page?: boolean;
  title: string;
  text: string;
  children?: ReactNode;
}

export function Empty({ title, text, children, page = false }: EmptyProps) {
  return (
    <div className="state">
      <Heading page={page} text={title} />
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Grey bars of the size of rows to come, so that nothing jumps. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useWords();
  return (
    <div className="loading" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton" />
      ))}
    </div>
  );
}
