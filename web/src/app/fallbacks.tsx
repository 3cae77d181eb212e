/** What stands in for a page that loads, failed, or does not exist. */
import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';

import { ProblemError } from '../api/client';
import { useWords, type TextKey } from '../i18n';
import { Empty, Loading, ProblemView } from '../ui/states';

export function PageLoading() {
  return (
    <div className="page">
      <Loading />
    </div>
  );
}

/** Where to go instead when asking again would give the same answer. */
const INSTEAD: Readonly<Record<string, { to: '/plan' | '/objects'; label: TextKey }>> = {
  STAFF_NOT_FOUND: { to: '/plan', label: 'common.to_plan' },
  OBJECT_NOT_FOUND: { to: '/objects', label: 'common.to_register' },
};

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useWords();
  const router = useRouter();
  const queries = useQueryClient();
  const instead = error instanceof ProblemError ? INSTEAD[error.code] : undefined;
  if (instead) {
    return (
      <div className="page">
        <ProblemView page error={error}>
          <Link to={instead.to} className="button">
            {t(instead.label)}
          </Link>
        </ProblemView>
      </div>
    );
  }
  return (
    <div className="page">
      <ProblemView
        page
        error={error}
        retry={() => {
          queries.removeQueries({ predicate: (query) => query.state.status === 'error' });
          reset();
          void router.invalidate();
        }}
      />
    </div>
  );
}

export function PageMissing() {
  const { t } = useWords();
  return (
    <main className="page">
      <Empty page title={t('common.page_missing_title')} text={t('common.page_missing_text')}>
        <Link to="/" className="button">
          {t('common.start_page')}
        </Link>
      </Empty>
    </main>
  );
}
