import { stages } from '../../lib/stages.ts';
import { deploy } from './support/deployment.ts';
import { line, permissionsOf } from './support/policies.ts';
import { readable } from './support/readable.ts';

const deployment = deploy({
  ...stages.prod,
  alarmEmails: [],
  alertEmails: [
    { address: 'everything@a-stack.example' },
    { address: 'clones@a-stack.example', attributes: { reason: ['possible-clone', 'reissued'] } },
  ],
  financeEmails: [{ address: 'billing@a-stack.example' }],
});
const topics = ['alerts', 'finance'];

test.each(topics)('%s is encrypted with a key of ours and has a name that others can be told', name => {
  const topic = deployment.all('AWS::SNS::Topic').find(({ path }) => path === `store/Notices/${name}`);
  expect(topic?.properties.TopicName).toBe(`license-server-prod-${name}`);
  expect(readable(deployment, 'store', topic?.properties.KmsMasterKeyId)).toBe('<store/Notices/Key.Arn>');
});

test.each(topics)('%s is published to over TLS only, and its policy permits no principal', name => {
  const policy = deployment.all('AWS::SNS::TopicPolicy').find(({ path }) => path === `store/Notices/${name}/Policy`);
  const said = policy ? permissionsOf(deployment, policy.stack, policy.properties.PolicyDocument) : [];
  expect(said.map(line)).toEqual([`not sns:Publish on <store/Notices/${name}> if Bool aws:SecureTransport false`]);
});

test('who is named in the stage is subscribed, to all or to what it has asked for', () => {
  const subscriptions = deployment
    .all('AWS::SNS::Subscription')
    .map(({ stack, properties }) => [
      readable(deployment, stack, properties.TopicArn),
      properties.Endpoint,
      properties.FilterPolicy,
    ]);
  expect(subscriptions).toEqual([
    ['<store/Notices/alerts>', 'everything@a-stack.example', undefined],
    ['<store/Notices/alerts>', 'clones@a-stack.example', { reason: ['possible-clone', 'reissued'] }],
    ['<store/Notices/finance>', 'billing@a-stack.example', undefined],
  ]);
});

test('the ARNs are told, so that other teams can subscribe by themselves', () => {
  const outputs = deployment.templates.get('store')?.Outputs ?? {};
  const told = ['AlertsTopicArn', 'FinanceTopicArn'].map(name => readable(deployment, 'store', outputs[name]?.Value));
  expect(told).toEqual(['<store/Notices/alerts>', '<store/Notices/finance>']);
});
