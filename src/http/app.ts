// App: the box's HTTP face, made of its routes. A route is one file in routes/ and one line here.
import { Hono } from 'hono';
import type { Config } from '../config.ts';
import type { Source } from '../core/source.ts';
import { err } from '../core/result.ts';
import type { WorkflowDefinition } from '../engine/define.ts';
import type { Sign } from '../engine/approval-token.ts';
import type { ControlObjectOf } from './control.ts';
import type { SourceObjectOf } from './delivery-recorder.ts';
import { makeEndpoints } from './endpoint.ts';
import { serveResource, type Handler } from './exchange.ts';
import { authenticated } from './middleware/auth.ts';
import { PairedSecret, type Seal } from './paired-secret.ts';
import { respondWith } from './respond.ts';
import { approvalRoute } from './routes/approval.ts';
import { bulkReplayRoute, deliveryReplayRoute } from './routes/delivery-replay.ts';
import { executionEventRoute } from './routes/execution-event.ts';
import { executionRedriveRoute } from './routes/execution-redrive.ts';
import { executionRoute } from './routes/execution.ts';
import { healthRoute } from './routes/health.ts';
import { hookRoute } from './routes/hook.ts';
import { sourceDeliveriesRoute, sourceDeliveryRoute } from './routes/source-delivery.ts';
import { sourceRoute, sourcesRoute } from './routes/source.ts';
import { sourceSecretRoute } from './routes/source-secret.ts';
import { workflowRoute } from './routes/workflow.ts';
import { workflowExecutionRoute } from './routes/workflow-execution.ts';
import type { Fetch } from './visitor.ts';

export interface AppParts {
  readonly config: Config;
  readonly sources: ReadonlyMap<string, Source>;
  /** By name: the version that accepts. */
  readonly workflows: ReadonlyMap<string, WorkflowDefinition>;
  readonly workflowObject: ControlObjectOf;
  readonly sourceObject: SourceObjectOf;
  /** Has work done after the answer to the request under way. */
  readonly after: (work: Promise<unknown>) => void;
  /** Seals the secrets that handshakes bring, and what rejected deliveries showed as theirs. */
  readonly seal: Seal;
  /** Fetches the link by which a vendor has a subscription confirmed. */
  readonly fetchLink: Fetch;
  /** Signs the links of approvals. */
  readonly sign: Sign;
  /** The clock; default: the platform's. */
  readonly now?: () => Date;
}

/**
 * Makes the app. A path is matched before a caller is: which routes there are is no secret, what lies behind them is.
 * @throws {Error} at start, with a sentence, where a source can't be served (see makeEndpoints).
 */
export function createApp(parts: AppParts): Hono {
  const {
    config,
    sources,
    workflows,
    sign,
    sourceObject,
    after,
    seal,
    fetchLink,
    now = () => new Date(),
  } = parts;
  const { workflowObject: objectOf } = parts;
  const pair = (source: string) => new PairedSecret(source, () => sourceObject(source), seal);
  const endpoints = makeEndpoints(sources.values(), workflows.values(), config, pair);
  const guard = authenticated(config.rootKey);
  const app = new Hono();
  const frame = { now, redact: config.redact };
  const route = (path: string, handler: Handler) => app.all(path, respondWith(frame, handler, path));

  route('/healthz', serveResource(healthRoute()));
  route(
    '/v1/hooks/:source',
    hookRoute({ endpoints, objectOf, sourceObject, after, fetchLink, seal, redact: config.redact }),
  );
  route('/v1/executions/:id', serveResource(executionRoute({ workflows, objectOf }), guard));
  route(
    '/v1/workflows/:workflow/executions',
    serveResource(workflowExecutionRoute({ workflows, objectOf }), guard),
  );
  route('/v1/executions/:id/events', serveResource(executionEventRoute({ workflows, objectOf }), guard));
  route('/v1/executions/:id/redrives', serveResource(executionRedriveRoute({ workflows, objectOf }), guard));
  route('/v1/approvals/:token', serveResource(approvalRoute({ workflows, objectOf, sign })));
  route('/v1/workflows/:workflow', serveResource(workflowRoute({ workflows, objectOf }), guard));
  const { publicUrl, redact } = config;
  const log = { endpoints, objectOf, sourceObject, seal, publicUrl, redact };
  route('/v1/sources', serveResource(sourcesRoute(log), guard));
  route('/v1/sources/:source', serveResource(sourceRoute(log), guard));
  route('/v1/sources/:source/secrets/:name', serveResource(sourceSecretRoute(log), guard));
  route('/v1/sources/:source/deliveries', serveResource(sourceDeliveriesRoute(log), guard));
  route('/v1/sources/:source/deliveries/:id', serveResource(sourceDeliveryRoute(log), guard));
  route('/v1/sources/:source/deliveries/:id/replays', serveResource(deliveryReplayRoute(log), guard));
  route('/v1/sources/:source/replays', serveResource(bulkReplayRoute(log), guard));
  app.notFound(respondWith(frame, async () => err({ kind: 'not-found', what: 'route' })));
  return app;
}
