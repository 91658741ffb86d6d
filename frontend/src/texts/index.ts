import { en } from './en';

export type Texts = typeof en;

/** Every sentence of the app. A translation is one more file of the shape `Texts`, chosen here. */
export const texts: Texts = en;
