// Approval: `/v1/approvals/{token}`, the link that a step hands out. The token is the authentication: signed, for one step of one
// execution, good until it expires and for one decision.
import * as z from 'zod';
import type { Failure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { readApprovalToken, type ApprovalClaims, type Sign } from '../../engine/approval-token.ts';
import { decisionSchema } from '../../engine/steps/approval.ts';
import { askObject, type ControlParts } from '../control.ts';
import { jsonAnswer, type Exchange, type Resource } from '../exchange.ts';
import { readInput } from '../json-body.ts';

/** The body of a 200: what is asked. It tells nothing of the execution but that. */
export const askedSchema = z.object({
  question: z.string().nullable(),
  expiresAt: z.iso.datetime(),
  decisions: z.tuple([z.literal('approved'), z.literal('rejected')]),
});

/** Shows what is asked, and takes the decision. */
export function approvalRoute(parts: ControlParts & { readonly sign: Sign }): Resource {
  const read = async ({ now, param }: Exchange): Promise<Result<ApprovalClaims, Failure>> => {
    const claims = await readApprovalToken(param('token'), parts.sign, now.getTime());
    if (claims.ok) return claims;
    // A forged link is a link that leads nowhere; one that was good says that it is so no longer.
    return err(
      claims.error === 'expired' ? { kind: 'gone', what: 'approval' } : { kind: 'not-found', what: 'route' },
    );
  };
  return {
    GET: async (exchange) => {
      const claims = await read(exchange);
      if (!claims.ok) return claims;
      const { question = null, expiresAt } = claims.value;
      const asked: z.infer<typeof askedSchema> = {
        question,
        expiresAt: new Date(expiresAt).toISOString(),
        decisions: ['approved', 'rejected'],
      };
      return ok(jsonAnswer(200, asked, { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }));
    },
    POST: async (exchange) => {
      const claims = await read(exchange);
      if (!claims.ok) return claims;
      const decision = await readInput(exchange.request, decisionSchema);
      if (!decision.ok) return decision;
      const { execution: id, step, expiresAt } = claims.value;
      const { comment } = decision.value;
      const request = {
        id,
        step,
        expiresAt,
        decision: decision.value.decision,
        ...(comment === undefined ? {} : { comment }),
      };
      const decided = await askObject(parts, id, exchange, (object) => object.decide(request));
      return decided.ok ? ok(jsonAnswer(200, decision.value, { 'Cache-Control': 'no-store' })) : decided;
    },
  };
}
