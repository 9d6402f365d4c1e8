/** How the generated types become those the client works with. */
import type { components } from './schema.gen';

export type Schemas = components['schemas'];

/** The server writes fields without a value as null; it never leaves them out. */
export type Written<T> = { [K in keyof T]-?: T[K] };

/** A value some of whose fields are known better than the description says. */
export type With<T, Better> = Omit<T, keyof Better> & Better;
