/** A share with its interval, as every table of this section writes it. */
import type { VersionShare } from '../../api/types';
import type { Format } from '../../ui/format';

export function shareText(format: Format, share: VersionShare | null | undefined): string {
  if (!share) return '—';
  return `${format.share(share.value)} (${format.share(share.low)} – ${format.share(share.high)})`;
}
