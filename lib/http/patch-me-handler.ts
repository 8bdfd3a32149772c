/** `PATCH /users/me` over HTTP: changes the sent fields only, and answers the updated account. */
import httpJsonBodyParser from '@middy/http-json-body-parser';
import { ProblemError } from '../account/errors.ts';
import { patchMe } from '../self-service/current-user.ts';
import { type ApiOptions, accountResponse, apiPipeline, requestOf } from './api-handler.ts';
import { bodyText, patchMode } from './api-request.ts';
import { entityTag, evaluate, parseConditions } from './conditional.ts';

/** The Lambda handler of PATCH. */
export function patchMeHandler(options: ApiOptions) {
  return apiPipeline('patchMe', options)
    .before(({ event }) => {
      patchMode(event);
      event.body = bodyText(event);
      event.isBase64Encoded = false;
    })
    .use(httpJsonBodyParser({ disableContentTypeCheck: true }))
    .handler(async (call, _context, { signal }) => {
      const { openPorts, rules } = options;
      const ports = call.watch.timed(openPorts(signal));
      const sent = { body: call.body, mode: patchMode(call) };
      const record = await patchMe(ports, rules, requestOf(call, options), sent, (current) => {
        const outcome = evaluate(parseConditions(call.headers), entityTag(current), 'PATCH');
        if (outcome !== 'proceed') throw new ProblemError('precondition_failed');
      });
      return accountResponse(record);
    });
}
