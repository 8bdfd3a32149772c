/** Wraps every method of a port at once, so that a new method needs no edit here or in its users. */

/** Any port: an object whose members are asynchronous methods. */
export type PortMethods<Port> = {
  [Method in keyof Port]: (...args: never[]) => Promise<unknown>;
};

/**
 * Carries out one call: `invoke` makes the very call on the port it is given, and what `around`
 * resolves to is what the caller gets.
 */
export type Around<Port> = (invoke: (port: Port) => Promise<unknown>) => Promise<unknown>;

/** A port each call of which goes through `around`. */
export function decoratePort<Port extends PortMethods<Port>>(around: Around<Port>): Port {
  const call = (method: string, args: unknown[]) =>
    around((port) => Reflect.apply(Reflect.get(port, method), port, args));
  const decorated = new Proxy(
    {},
    {
      get: (_target, name) => {
        // To await or to print a port is not a call of it.
        if (typeof name === 'symbol' || name === 'then') return undefined;
        return (...args: unknown[]) => call(name, args);
      },
    },
  );
  return decorated as Port; // It has every method, by the handler above.
}
