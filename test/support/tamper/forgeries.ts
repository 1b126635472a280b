import type { Candidate } from './chain-world.ts';
import { forgedAlgorithms, forgedHeaders } from './forged-headers.ts';
import { forgedLevels, forgedLifetimes } from './forged-levels.ts';
import { forgedContents, forgedSpellings } from './forged-texts.ts';

/** Every forgery by its name; bar R17 wants none of them accepted. */
export const forgeries: Record<string, Candidate> = {
  ...forgedAlgorithms,
  ...forgedHeaders,
  ...forgedLevels,
  ...forgedLifetimes,
  ...forgedContents,
  ...forgedSpellings,
};
