/** An organisation of so many accounts, until the process is ended; says on its first line how to reach it. */
import { serve } from '../tests/fleet/organization/server.ts';
import { makeOrganization } from '../tests/fleet/organization/state.ts';

const { env, organization } = await serve(makeOrganization(Number(process.argv[2]), ''));
console.log(JSON.stringify(env));
// The calls are not looked at here, and would fill the memory.
setInterval(() => {
  organization.calls.length = 0;
}, 500);
