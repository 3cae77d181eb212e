/** All texts of the pages, in sections. A pair is [Russian, English]; a text that counts has plural forms. */
import { admin } from './texts/admin';
import { card } from './texts/card';
import { common } from './texts/common';
import { decisions } from './texts/decisions';
import { desk } from './texts/desk';
import { errors } from './texts/errors';
import { executors } from './texts/executors';
import { gate } from './texts/gate';
import { methodology } from './texts/methodology';
import { orders } from './texts/orders';
import { oversight } from './texts/oversight';
import { plan } from './texts/plan';
import { register } from './texts/register';
import { requests } from './texts/requests';
import { terms } from './texts/terms';
import { versions } from './texts/versions';
import { year } from './texts/year';

export const catalogue = { admin, card, common, decisions, desk, errors, executors, gate, methodology, orders, oversight, plan, register, requests, terms, versions, year };

type Catalogue = typeof catalogue;

/** A key such as `desk.title`; a wrong one does not compile. */
export type TextKey = { [S in keyof Catalogue]: `${S}.${keyof Catalogue[S] & string}` }[keyof Catalogue];
