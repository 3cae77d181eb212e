/** Numbers, days and times as people of either language write them. Instants are shown in the pack's zone. */
import type { FactValue, PackInfo } from '../api/types';
import type { Language, Translate } from '../i18n';

const LOCALES: Record<Language, string> = { ru: 'ru-RU', en: 'en-GB' };
const DAY_MS = 86_400_000;

export interface Format {
  number: (value: number, digits?: number) => string;
  /** A number with its sign: points, contributions. */
  signed: (value: number, digits?: number) => string;
  share: (value: number) => string;
  /** `YYYY-MM-DD`, a day without a zone. */
  day: (date: string) => string;
  dayLong: (date: string) => string;
  /** Weekday, day and month: where the year goes without saying. */
  dayShort: (date: string) => string;
  instant: (instant: string) => string;
  instantDay: (instant: string) => string;
  /** Minutes after midnight. */
  clock: (minutes: number) => string;
  duration: (minutes: number) => string;
  bytes: (count: number) => string;
  fact: (fact: Pick<FactValue, 'value' | 'value_type' | 'unit' | 'words'>, say: (text: { ru: string; en: string }) => string) => string;
}

/** Reads a civil day as noon UTC, so that no zone moves it. */
function civil(date: string): Date {
  return new Date(`${date}T12:00:00Z`);
}

export function isDay(text: string | undefined): text is string {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const parsed = civil(text);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** Tells a Saturday or Sunday; the calendar of the pack knows of moved days, this does not. */
export function isWeekend(date: string): boolean {
  return [0, 6].includes(civil(date).getUTCDay());
}

/** Returns the day `count` days after `date`. */
export function plusDays(date: string, count: number): string {
  return new Date(civil(date).getTime() + count * DAY_MS).toISOString().slice(0, 10);
}

export function clock(minutes: number): string {
  const hours = Math.floor(minutes / 60) % 24;
  return `${String(hours).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

export function createFormat(language: Language, zone: PackInfo['zone'], t: Translate): Format {
  const locale = LOCALES[language];
  const numbers = new Map<number, Intl.NumberFormat>();
  const number = (value: number, digits = 0) => {
    let formatter = numbers.get(digits);
    if (!formatter) {
      formatter = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
      numbers.set(digits, formatter);
    }
    return formatter.format(value);
  };
  const shortDay = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' });
  const longDay = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  const weekDay = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
  const zoned = new Intl.DateTimeFormat(locale, {
    day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: zone,
  });
  const zonedDay = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: zone });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const day = (date: string) => (isDay(date) ? shortDay.format(civil(date)) : date);

  const fact: Format['fact'] = ({ value, value_type: type, unit, words }, say) => {
    if (value === null || value === undefined) return t('card.value_missing');
    if (words) return say(words);
    const withUnit = (text: string) => (unit ? `${text} ${say(unit)}` : text);
    switch (type) {
      case 'boolean':
        return value === 'true' ? t('common.yes') : t('common.no');
      case 'integer':
      case 'float':
        return Number.isFinite(Number(value)) ? withUnit(number(Number(value), 2)) : value;
      case 'date':
        return day(value);
      case 'instant':
        return Number.isNaN(Date.parse(value)) ? value : zoned.format(new Date(value));
      case 'text':
      case 'codes':
        return withUnit(value);
    }
  };

  return {
    number,
    signed: (value, digits = 0) => {
      const text = number(Math.abs(value), digits);
      return value > 0 ? `+${text}` : value < 0 ? `−${text}` : text;
    },
    share: (value) => share.format(value),
    day,
    dayLong: (date) => (isDay(date) ? longDay.format(civil(date)) : date),
    dayShort: (date) => (isDay(date) ? weekDay.format(civil(date)) : date),
    instant: (instant) => zoned.format(new Date(instant)),
    instantDay: (instant) => zonedDay.format(new Date(instant)),
    clock,
    duration: (minutes) => {
      const hours = Math.floor(minutes / 60);
      const rest = minutes % 60;
      if (hours === 0) return t('common.minutes', { count: String(minutes) });
      return rest === 0 ? t('common.hours', { hours: number(hours) }) : t('common.hours_minutes', { hours: number(hours), minutes: rest });
    },
    bytes: (count) => {
      const units = language === 'ru' ? ['Б', 'КБ', 'МБ', 'ГБ'] : ['B', 'KB', 'MB', 'GB'];
      const step = Math.min(units.length - 1, count > 0 ? Math.floor(Math.log2(count) / 10) : 0);
      return `${number(count / 1024 ** step, step === 0 ? 0 : 1)} ${units[step] ?? ''}`;
    },
    fact,
  };
}
