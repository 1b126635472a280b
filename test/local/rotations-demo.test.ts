import '../pipeline/quiet.ts';
import { expect, it, jest } from '@jest/globals';
import { tellRotations } from '../../local/demo/rotations.ts';
import { setStage } from '../../local/demo/stage.ts';
import { teller } from '../../local/demo/tell.ts';

// Half a year passes.
jest.setTimeout(60_000);

it('the chapter on rotations tells its story to the end', async () => {
  const lines: string[] = [];
  const { tell, steps } = teller(line => lines.push(line));
  const stage = await setStage();
  try {
    await tellRotations(stage, tell);
  } finally {
    await stage.close();
  }
  expect(steps()).toBe(5);
  expect(lines.join('\n')).not.toContain('✘');
});
