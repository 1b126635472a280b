import { createStepRunner, failureText } from '../../local/demo/step-runner.ts';

describe('the end of a story that failed', () => {
  async function told(fault: unknown): Promise<string> {
    const { step } = createStepRunner(() => {});
    const failed = step('A thing is done', async () => await Promise.reject(fault));
    return failureText(await failed.catch((error: unknown) => error));
  }
  const step = 'Step 1 failed: A thing is done';

  it('names the step, and last the cause', async () => {
    expect(await told(new Error('it rained'))).toBe(`${step}\nit rained`);
  });

  it('names causes of causes, and each part of what failed in several', async () => {
    const network = new Error('no network', { cause: new Error('no cable') });
    expect(await told(new AggregateError([network, new Error('no table')], '2 parts failed'))).toBe(
      `${step}\n2 parts failed\nno network\nno cable\nno table`,
    );
  });

  it('takes what is no Error as it is', async () => {
    expect(await told('nonsense')).toBe(`${step}\nnonsense`);
    expect(failureText(new Error('before the first step'))).toBe('before the first step');
  });
});
