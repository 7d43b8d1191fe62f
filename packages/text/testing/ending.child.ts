import { compile } from '../engine/compile.ts';
import { serve } from '../engine/serve.ts';
import { term } from './terms.ts';

// Compiles the terms it is given; ends at once where one is `end`.
serve(
  (terms: string[]) => {
    if (terms.includes('end')) process.exit(1);
    return compile({ version: '1', terms: terms.map((text) => term(text)) });
  },
  (why) => (why as Error).message,
);
