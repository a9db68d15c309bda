// The visitor of links that confirm a subscription: no redirect, and each link once.
import { expect, it } from 'vitest';
import { Visitor } from '../../src/http/visitor.ts';

const url = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=fake';

/** A visitor whose vendor answers these, one after the other. */
function visitorOf(...answers: (number | Error)[]) {
  const asked: RequestInit[] = [];
  const visitor = new Visitor(async (_url, init) => {
    const answer = answers[asked.length] ?? 500;
    asked.push(init);
    if (answer instanceof Error) throw answer;
    return new Response('fake', { status: answer });
  });
  return { asked, visitor };
}

it('a link that was taken is not followed again', async () => {
  const { asked, visitor } = visitorOf(200);
  expect([await visitor.visit(url), await visitor.visit(url)]).toEqual([true, true]);
  expect(asked).toHaveLength(1);
});

it.each([302, 403, 500, new Error('fake outage')])(
  'a link that fails is followed again: %s',
  async (failure) => {
    const { asked, visitor } = visitorOf(failure, 200);
    expect([await visitor.visit(url), await visitor.visit(url)]).toEqual([false, true]);
    expect(asked).toHaveLength(2);
  },
);

it('no redirect is followed, and there is a deadline', async () => {
  const { asked, visitor } = visitorOf(200);
  await visitor.visit(url);
  expect(asked[0]).toMatchObject({ redirect: 'manual', signal: expect.any(AbortSignal) });
});
