import { jest } from '@jest/globals';

/** The AWS SDK and our client draw the length of each pause before another try by random: none is longer than nothing from now on. */
export function withoutPauses(): void {
  jest.spyOn(Math, 'random').mockReturnValue(0);
}
