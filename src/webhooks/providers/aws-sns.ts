import { defineProvider, type Scheme } from '../provider.ts';

/** The host of SNS in every region, and of its certificates. */
const snsHost = 'sns\\.[a-z0-9-]{3,}\\.amazonaws\\.com(?:\\.cn)?';

/** Which members are signed depends on the type, and on whether there is a subject; each a line of its own after its name. */
const shapes = [
  {
    members: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
    requires: [{ at: '{json:Type}', equals: 'Notification' }, { at: '{json:Subject}' }],
  },
  {
    members: ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'],
    requires: [
      { at: '{json:Type}', equals: 'Notification' },
      { at: '{json:Subject}', absent: true },
    ],
  },
  {
    members: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
    requires: [{ at: '{json:Type}', oneOf: ['SubscriptionConfirmation', 'UnsubscribeConfirmation'] }],
  },
] as const;

const versions = [
  { version: '1', algorithm: 'rsa-sha1' },
  { version: '2', algorithm: 'rsa-sha256' },
] as const;

const schemes = versions.flatMap(({ version, algorithm }) =>
  shapes.map(({ members, requires }): Scheme => ({
    kind: 'asymmetric',
    algorithm,
    signature: { at: ['{json:Signature}'], encoding: 'base64' },
    signed: members.map((name) => `${name}\n{json:${name}}\n`).join(''),
    key: {
      from: 'certificate',
      url: '{json:SigningCertURL}',
      host: snsHost,
      path: '/SimpleNotificationService-[0-9a-f]{32}\\.pem',
    },
    account: { at: '{json:TopicArn}', part: 'topicArn' },
    requires: [{ at: '{json:SignatureVersion}', equals: version }, ...requires],
  })),
);

/**
 * AWS SNS. Amazon signs every customer's topics with the same key, so the secret is the ARN of yours: a string, or the part
 * `topicArn`. Raw delivery is unsigned, and refused.
 */
export const awsSns = defineProvider({
  id: 'aws-sns',
  name: 'AWS SNS',
  schemes,
  handshakes: [
    {
      when: [{ at: '{json:Type}', equals: 'SubscriptionConfirmation' }],
      genuine: 'signed',
      visit: { at: '{json:SubscribeURL}', host: snsHost },
      answer: { status: 200 },
    },
  ],
  events: {
    prefix: 'com.amazonaws.sns',
    jsonTypes: ['text/plain'],
    id: ['{json:MessageId}'],
    type: ['{json:Type}'],
    subject: ['{json:Subject}', '{json:TopicArn}'],
    time: { at: ['{json:Timestamp}'], unit: 'iso' },
  },
  timeBudgetSeconds: 15,
  links: ['https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html'],
  evidence: 'vector',
});
