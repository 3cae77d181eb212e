import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type FormEvent } from 'react';

import { client, take } from '../../../api/client';
import { versionFilesQuery } from '../../../api/queries';
import type { MethodologyVersion } from '../../../api/types';
import { may, usePack, useSession } from '../../../app/pack';
import { Loading, ProblemLine, ProblemView } from '../../../ui/states';
import { FactPicker } from './FactPicker';
import { TableForm } from './TableForm';

/** The files of a version as texts. A change makes a draft of the version in force, or goes into the draft itself. */
export function DraftEditor({ version }: { version: MethodologyVersion }) {
  const { t } = usePack();
  const files = useQuery(versionFilesQuery(version.hash));
  const [path, setPath] = useState('');
  if (files.isPending) return <Loading />;
  if (files.isError) return <ProblemView error={files.error} retry={() => void files.refetch()} />;
  const paths = Object.keys(files.data.files).sort();
  const first = paths.find((one) => one.endsWith('.rhai')) ?? paths[0] ?? '';
  const shown = paths.includes(path) ? path : first;
  return (
    <div className="stack">
      <label className="field version-file">
        <span className="label">{t('versions.file')}</span>
        <select name="file" value={shown} onChange={(event) => setPath(event.target.value)}>
          {paths.map((one) => <option key={one} value={one}>{one}</option>)}
        </select>
      </label>
      {(version.state === 'draft' || version.state === 'active') && <TableForm version={version} />}
      <FileForm key={shown} version={version} path={shown} text={files.data.files[shown] ?? ''} />
    </div>
  );
}

function FileForm({ version, path, text }: { version: MethodologyVersion; path: string; text: string }) {
  const { t } = usePack();
  const session = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [written, setWritten] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  const isDraft = version.state === 'draft';
  const mayEdit = may(session, 'edit_methodology') && (isDraft || version.state === 'active');
  const saved = useMutation({
    mutationFn: () => {
      const body = { changes: { [path]: written } };
      return isDraft
        ? take(client.PUT('/api/v1/methodology/versions/{version}/files', { params: { path: { version: version.hash } }, body }))
        : take(client.POST('/api/v1/methodology/versions', { body }));
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ predicate: (query) => String(query.queryKey[0]).startsWith('version') });
      await navigate({ to: '/methodology/versions/$version', params: { version: String(made.number) }, search: { tab: 'changes' } });
    },
  });
  const insert = (name: string) => {
    const [from, to] = [field.current?.selectionStart ?? written.length, field.current?.selectionEnd ?? written.length];
    setWritten(written.slice(0, from) + name + written.slice(to));
    field.current?.focus();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    saved.mutate();
  };
  return (
    <form className="card stack-small" onSubmit={send}>
      {mayEdit && path.endsWith('.rhai') && <FactPicker onPick={insert} />}
      <label className="field">
        <span className="label">{t('versions.text_of', { path })}</span>
        <textarea ref={field} name="text" className="script version-text" rows={24} spellCheck={false} readOnly={!mayEdit} value={written} onChange={(event) => setWritten(event.target.value)} />
      </label>
      {saved.isError && <ProblemLine error={saved.error} />}
      {mayEdit ? (
        <div className="version-steps">
          <button type="submit" className="button button-primary" disabled={saved.isPending || written === text || written.trim() === ''}>
            {t(isDraft ? 'versions.save' : 'versions.draft')}
          </button>
        </div>
      ) : (
        <p className="faint">{t('versions.immutable')}</p>
      )}
    </form>
  );
}
