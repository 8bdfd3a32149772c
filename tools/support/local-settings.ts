/** Settings of every deployment to the local cloud, where nothing is worth keeping. */
export const LOCAL_SETTINGS = { stage: 'local', purpose: 'local', retainData: 'false' } as const;
