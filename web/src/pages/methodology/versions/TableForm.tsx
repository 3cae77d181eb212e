import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';

import { client, take } from '../../../api/client';
import type { MethodologyVersion } from '../../../api/types';
import { may, usePack, useSession } from '../../../app/pack';
import { ProblemLine } from '../../../ui/states';

/** The name of a table as its file is called: what scripts may call it by, of what the file is called. */
export function tableName(file: string): string {
  return file.replace(/\.[^.]*$/, '').toLowerCase().replace(/[^a-z0-9_]+/g, '_').replace(/^_+|_+$/g, '');
}

/** A decision table that somebody keeps in a spreadsheet goes into the draft. */
export function TableForm({ version }: { version: MethodologyVersion }) {
  const { t } = usePack();
  const session = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [file, setFile] = useState<File>();
  const [name, setName] = useState('');
  const [sheet, setSheet] = useState('');
  const imported = useMutation({
    mutationFn: (body: File) =>
      take(
        client.PUT('/api/v1/methodology/versions/{version}/tables/{table}', {
          params: { path: { version: version.hash, table: name }, query: sheet === '' ? {} : { sheet } },
          body: body as unknown as string,
          bodySerializer: () => body,
          headers: { 'Content-Type': 'application/octet-stream' },
        }),
      ),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ predicate: (query) => String(query.queryKey[0]).startsWith('version') });
      await navigate({ to: '/methodology/versions/$version', params: { version: String(made.version.number) }, search: { tab: 'changes' } });
    },
  });
  if (!may(session, 'edit_methodology')) return null;
  const choose = (chosen: File | undefined) => {
    setFile(chosen);
    if (chosen) setName(tableName(chosen.name));
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (file) imported.mutate(file);
  };
  return (
    <details className="card">
      <summary>{t('versions.table')}</summary>
      <form className="stack-small table-form" onSubmit={send}>
        <p className="faint">{t('versions.table_text')}</p>
        <label className="field">
          <span className="label">{t('versions.table_file')}</span>
          <input name="sheet_file" type="file" accept=".xlsx,.csv" onChange={(event) => choose(event.target.files?.[0])} />
        </label>
        <label className="field">
          <span className="label">{t('versions.table_name')}</span>
          <input name="table" value={name} maxLength={60} pattern="[a-z0-9_]+" autoComplete="off" onChange={(event) => setName(event.target.value)} />
        </label>
        <label className="field">
          <span className="label">{t('versions.table_sheet')}</span>
          <input name="sheet" value={sheet} autoComplete="off" onChange={(event) => setSheet(event.target.value)} />
        </label>
        {imported.isError && <ProblemLine error={imported.error} />}
        <button type="submit" className="button" disabled={imported.isPending || !file || name === ''}>{t('versions.table_send')}</button>
      </form>
    </details>
  );
}
