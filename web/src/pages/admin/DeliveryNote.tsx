import type { Delivery } from '../../api/types';
import { usePack } from '../../app/pack';
import { remarks, type Remark } from './note';

/** Why a delivery waits, in numbers, and the command by which its owner decides. */
export function DeliveryNote({ delivery }: { delivery: Delivery }) {
  const { t, format } = usePack();
  if (!delivery.note) return null;
  const found = remarks(delivery.note);
  const words = (one: Remark) => {
    switch (one.about) {
      case 'held':
        return t(`admin.hold_${one.code}`, { rows: format.number(one.rows), of: format.number(one.of) });
      case 'put_away':
        return t('admin.note_put_away', { reason: one.reason });
      case 'text':
        return one.text;
      default:
        return t(`admin.note_${one.about}`, { count: one.count });
    }
  };
  const open = delivery.status === 'held' || found.some(({ about }) => about === 'vanished');
  return (
    <div className="delivery-note">
      {found.map((one) => (
        <p key={one.about}>
          {words(one)} {one.about === 'held' && <code>{one.code}</code>}
        </p>
      ))}
      {open && (
        <p>
          {t('admin.note_take')}: <code>dozor ingest --data DIR --confirm {delivery.id}</code>
        </p>
      )}
      {delivery.status === 'held' && (
        <p>
          {t('admin.note_dismiss')}: <code>dozor ingest --data DIR --dismiss {delivery.id} --reason …</code>
        </p>
      )}
    </div>
  );
}
