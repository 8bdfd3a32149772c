/**
 * A port whose adapter is loaded at the first call of it: most requests never need the directory or
 * send mail, and should not wait for those clients to load. Knows no adapter itself.
 */
import { decoratePort, type PortMethods } from './port-decorator.ts';

/** A port that loads the real one when it is first needed, once. */
export function createLazyPort<Port extends PortMethods<Port>>(load: () => Promise<Port>): Port {
  let loading: Promise<Port> | undefined;
  return decoratePort<Port>(async (invoke) => {
    loading ??= load();
    return invoke(await loading);
  });
}
