// The service that Restate calls: the same steps that do nothing. Run by Node, in the folder that BENCH_RESTATE names.
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , folder, port, countPort] = process.argv;
const { createEndpointHandler, service } = createRequire(join(folder, 'x.js'))('@restatedev/restate-sdk');

/** Invocations whose code has come to its end. */
let ended = 0;

const bench = service({
  name: 'bench',
  handlers: {
    run: async (context, { count, sleep }) => {
      for (let at = 0; at < count; at += 1) await context.run(`nothing ${at}`, () => at);
      if (sleep === true) await context.sleep(86_400_000);
      ended += 1;
    },
  },
});

createHttp2Server(createEndpointHandler({ services: [bench] })).listen(Number(port), '127.0.0.1');
createServer((_request, response) => response.end(JSON.stringify({ ended }))).listen(
  Number(countPort),
  '127.0.0.1',
  () => console.log('listening'),
);
