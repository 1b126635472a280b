import { describe, expect, it } from '@jest/globals';
import { chapterIds, chapterList, chapters, chosenChapters, UnknownChapterError } from '../../local/demo/chapters.ts';

describe('the chapters of npm run demo', () => {
  it('run the first one by default, a named one alone, and all in their order', () => {
    expect(chosenChapters([])).toEqual([chapterIds[0]]);
    for (const id of chapterIds) expect(chosenChapters([id])).toEqual([id]);
    expect(chosenChapters(['all'])).toEqual(chapterIds);
  });

  it('are listed by --list, one per line with a summary', () => {
    expect(chosenChapters(['--list'])).toEqual([]);
    const lines = chapterList().split('\n');
    expect(lines).toHaveLength(chapterIds.length + 1);
    for (const [i, id] of chapterIds.entries()) expect(lines[i]).toContain(`${id} `);
    for (const [i, id] of chapterIds.entries()) expect(lines[i]).toContain(chapters[id].summary);
  });

  it.each([['nonsense'], ['keys quarter'], ['--list all'], ['']])(
    'reject the arguments %j and name the chapters',
    text => {
      expect(() => chosenChapters(text.split(' '))).toThrow(UnknownChapterError);
      expect(() => chosenChapters(text.split(' '))).toThrow('expected keys, quarter, rotation, all');
    },
  );
});
