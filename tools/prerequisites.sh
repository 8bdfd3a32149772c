# What `npm start` needs before any of its modules can be loaded, as one sentence if it is missing.
if [ ! -e node_modules/.bin/cdk ] || ! node_modules/.bin/node --version >/dev/null 2>&1; then
  echo 'Run npm ci first, on Linux with glibc or on macOS, and without NODE_ENV=production: packages are missing that npm start needs.' >&2
  exit 1
fi
