/** A small pack, and a way to draw a component under it without a server. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createElement, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { act } from 'react';

import { packQuery, sessionQuery } from '../api/queries';
import type { PackInfo, Session } from '../api/types';
import { WordsProvider, type Language } from '../i18n';

const both = (text: string) => ({ ru: text, en: `${text} (en)` });

export const PACK: PackInfo = {
  name: 'tiny', title: both('Малый'), authority: both('Орган'), zone: 'Europe/Moscow', bounds: [36, 55, 38, 57], today: '2026-11-22', demo: true,
  categories: [
    { code: 'low', title: both('Низкий') },
    { code: 'medium', title: both('Средний') },
    { code: 'high', title: both('Высокий') },
  ],
  control_kinds: [{ code: 'land', title: both('Земельный контроль'), short: both('ЗК'), object_kinds: ['parcel'] }],
  object_kinds: [{ code: 'parcel', title: both('Участок') }],
  event_kinds: [{ code: 'field_survey', title: both('Обследование') }],
  rules: [{ id: 'r1', title: both('Пристройка'), kinds: ['sign'] }],
};

export const SESSION: Session = {
  login: 'desk_analyst', name: 'А. А.', role: 'desk_analyst', role_title: both('Аналитик'), permissions: ['view_desk', 'decide_signs'],
};

/** Draws a component with the pack and the session already there; returns its element. */
export async function draw(node: ReactNode, language: Language = 'ru'): Promise<HTMLElement> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  queries.setQueryData(packQuery.queryKey, PACK);
  queries.setQueryData(sessionQuery.queryKey, SESSION);
  const element = document.createElement('div');
  document.body.append(element);
  const tree = createElement(QueryClientProvider, { client: queries }, node);
  await act(async () => createRoot(element).render(createElement(WordsProvider, { start: language }, tree)));
  return element;
}
