/** What stands in for a page that loads, failed, or does not exist. */
import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';

import { useWords } from '../i18n';
import { Empty, Loading, ProblemView } from '../ui/states';

export function PageLoading() {
  return (
    <div className="page">
      <Loading />
    </div>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryClient();
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
