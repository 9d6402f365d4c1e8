/** Small things without a word of the office: time, names, keys, hooks. */

export * from './bytes';
export * from './copy';
export * from './device';
export * from './fields';
export * from './hash';
export * from './hooks';
export * from './ids';
export * from './keys';
export * from './names';
export * from './notify';
export * from './picture';
export * from './sharing';
export * from './storage';
export * from './store';
export * from './swipe';
export * from './time';
