import { expect, it } from '@jest/globals';
import { refused } from '../../sdk/guard/admission.ts';
import { createAlertSender, type InvalidKeyAlert } from '../../sdk/guard/key-alerts.ts';

it('a flood of one dead key is reported with the highest number that the server takes', async () => {
  const sent: InvalidKeyAlert[] = [];
  const reports = createAlertSender(
    async report => sent.push(report),
    () => {},
  );
  const refusal = { ...refused('suspended'), siteId: 'hub-a-b', subject: 'site:hub-a-b' };
  for (let i = 0; i < 1_000_010; i++) reports.count(refusal, 1_795_000_000);
  await reports.flush();
  expect(sent.map(({ times }) => times)).toEqual([1, 1_000_000]);
});
