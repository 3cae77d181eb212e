import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { client, take } from '../../api/client';
import type { OrderItem, OrderStep } from '../../api/types';
import { usePack } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { ProblemLine } from '../../ui/states';
import { byHand, fieldsOf, isReady, wishOf, type OrderPapers, type PaperField } from './orders';

const HEX = 16;

/** Asks for the papers of a step and takes it. */
export function OrderStepForm({ order, step, onClose }: { order: OrderItem; step: OrderStep; onClose: () => void }) {
  const { t, format, pack } = usePack();
  const queries = useQueryClient();
  const [papers, setPapers] = useState<OrderPapers>({
    document: step === 'sign' ? order.number : '',
    sha256: '',
    signature: '',
    number: '',
    way: '',
    on: pack.today,
    until: '',
    reason: '',
  });
  const put = (field: PaperField, value: string) => setPapers((known) => ({ ...known, [field]: value }));
  const taking = useMutation({
    mutationFn: async () => {
      if (!byHand(step)) return;
      await take(
        client.POST('/api/v1/orders/{order_id}/steps', { params: { path: { order_id: order.id } }, body: wishOf(step, papers) }),
      );
    },
    onSuccess: async () => {
      await Promise.all(['orders', 'order', 'plan', 'task-day'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      onClose();
    },
  });
  const name = t(`orders.step_${step}`);
  const text = byHand(step) ? t(`orders.text_${step}`, { date: order.latest_end ? format.day(order.latest_end) : '—' }) : '';
  return (
    <Confirm
      isOpen
      title={t('orders.ask', { step: name, number: order.number })}
      text={text}
      action={name}
      isReady={isReady(step, papers) && !taking.isPending}
      onClose={onClose}
      onConfirm={() => taking.mutate()}
    >
      {fieldsOf(step).map((field) => (
        <Field key={field} field={field} papers={papers} latest={order.latest_end ?? undefined} today={pack.today} put={put} />
      ))}
      {taking.isError && <ProblemLine error={taking.error} />}
    </Confirm>
  );
}

interface FieldProps {
  field: PaperField;
  papers: OrderPapers;
  latest: string | undefined;
  today: string;
  put: (field: PaperField, value: string) => void;
}

function Field({ field, papers, latest, today, put }: FieldProps) {
  const { t } = usePack();
  const id = useId();
  const value = papers[field];
  const change = (event: { currentTarget: { value: string } }) => put(field, event.currentTarget.value);
  const day = field === 'on' || field === 'until';
  return (
    <>
      {field === 'sha256' && (
        <label className="field" htmlFor={`${id}file`}>
          <span className="label">{t('orders.field_file')}</span>
          <input
            id={`${id}file`}
            type="file"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) void hashOf(file).then((hash) => put('sha256', hash));
            }}
          />
        </label>
      )}
      <label className="field" htmlFor={id}>
        <span className="label">{t(`orders.field_${field}`)}</span>
        {field === 'signature' ? (
          <textarea id={id} rows={3} value={value} onChange={change} />
        ) : (
          <input id={id} type={day ? 'date' : 'text'} max={field === 'until' ? latest : field === 'on' ? today : undefined} value={value} onChange={change} />
        )}
      </label>
    </>
  );
}

/** The file stays on this device: only its hash is sent. */
async function hashOf(file: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(HEX).padStart(2, '0')).join('');
}
