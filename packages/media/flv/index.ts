export * from './body.ts';
export * from './header.ts';
export * from './read.ts';
export * from './script.ts';
export * from './write.ts';
