# Installs what the tests and the independent checks need and npm does not bring, and puts it on the PATH. Sourced by .ci/run.
# Debian's packages when this is root; without root it stops with the names of what is missing.

debian_packages() {
  command -v java >/dev/null && command -v javac >/dev/null || echo openjdk-17-jdk-headless
  command -v mvn >/dev/null || echo maven
  command -v faketime >/dev/null || echo faketime
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || echo chromium
  command -v curl >/dev/null || echo curl
  command -v openssl >/dev/null || echo openssl
  command -v flock >/dev/null || echo util-linux
  command -v ps >/dev/null || echo procps
  command -v git >/dev/null || echo git
  python3 -c 'import venv, ensurepip' 2>/dev/null || echo python3-venv
}

missing=$(debian_packages)
if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing programs, and this is not root on Debian. Install: $(echo $missing)" >&2
    exit 1
  fi
  echo "Installing $(echo $missing)"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# cfn-lint, and what the examples and recipes in Python import.
python=build/ci/python
requirements='cfn-lint==1.58.0 cryptography==50.0.2'
if [ "$(cat "$python/installed" 2>/dev/null)" != "$requirements" ]; then
  rm -rf "$python"
  python3 -m venv "$python"
  "$python/bin/pip" install --quiet --disable-pip-version-check $requirements
  echo "$requirements" >"$python/installed"
fi

# Two more runtimes for the client library; their platform packages are the programs.
runtimes=build/ci/runtimes
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$runtimes" @deno/linux-x64-glibc@2.9.6 @oven/bun-linux-x64@1.4.5

PATH="$PWD/$python/bin:$PWD/$runtimes/node_modules/@deno/linux-x64-glibc:$PWD/$runtimes/node_modules/@oven/bun-linux-x64/bin:$PATH"
export PATH
