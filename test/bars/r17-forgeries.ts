import { forgedAlgorithms, forgedHeaders } from './r17-forged-headers.ts';
import { forgedLevels, forgedLifetimes } from './r17-forged-levels.ts';
import { forgedContents, forgedSpellings } from './r17-forged-texts.ts';
import type { Candidate } from './r17-world.ts';

/** Every forgery by its name; bar R17 wants none of them accepted. */
export const forgeries: Record<string, Candidate> = {
  ...forgedAlgorithms,
  ...forgedHeaders,
  ...forgedLevels,
  ...forgedLifetimes,
  ...forgedContents,
  ...forgedSpellings,
};
