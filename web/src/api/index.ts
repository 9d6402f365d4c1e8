/** The server's interface as the client sees it. */
export * from './chat';
export * from './client';
export * from './drive';
export * from './events';
export * from './extras';
export * from './session';
export * from './subjects';
export * from './types';
