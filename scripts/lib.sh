# Shared by run, token and test: finds what they need, installs it where that can be done without asking, or says what to do.
# Sourced, never run. Everything it prints goes to stderr, so that a script's own output stays clean.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
server=$root/ChatServer/bin/Release/net10.0/ChatServer.dll

# No first-run texts and no developer certificate; no compiler or build process that stays behind.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

say() { printf '%s\n' "$@" >&2; }
fail() { say "$@"; exit 1; }

# How to become root without being asked for a password: prints nothing as root, "sudo -n" where that works, and fails otherwise.
root_prefix() {
  [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null && echo "sudo -n"; }
}

# The machine's package manager, or nothing.
package_manager() {
  local name
  for name in apt-get dnf apk pacman zypper; do
    if command -v "$name" >/dev/null; then echo "$name"; return; fi
  done
}

# The command that installs the given packages, as a person would type it after "sudo".
install_command() {
  case $(package_manager) in
    apt-get) echo "apt-get install -y --no-install-recommends $*" ;;
    dnf) echo "dnf install -y $*" ;;
    apk) echo "apk add $*" ;;
    pacman) echo "pacman -S --noconfirm $*" ;;
    zypper) echo "zypper --non-interactive install $*" ;;
  esac
}

# Installs packages as root or through sudo; where neither is to be had, says the exact command and gives up.
# $1: what they are for. The rest: names.
install_packages() {
  local purpose=$1 prefix command log
  shift
  command=$(install_command "$@")
  [ -n "$command" ] || fail "$purpose is needed. Install it with this system's package manager ($*), then run this again."
  if ! prefix=$(root_prefix); then
    [ "$(package_manager)" != apt-get ] || command="apt-get update && sudo $command"
    fail "$purpose is needed, and installing it needs root. Run this, then try again:" "  sudo $command"
  fi
  say "Installing $purpose: $*"
  log=$(mktemp)
  if [ "$(package_manager)" = apt-get ]; then
    $prefix apt-get update >"$log" 2>&1 || { cat "$log" >&2; say "apt-get update failed; trying with the lists at hand"; }
    prefix="$prefix env DEBIAN_FRONTEND=noninteractive"
  fi
  $prefix $command >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; fail "Could not install $purpose. Tried: $command"; }
  rm -f "$log"
}

require_dotnet() {
  command -v dotnet >/dev/null ||
    fail "The .NET 10 SDK is needed, and there is no 'dotnet' on the PATH. See https://dotnet.microsoft.com/download/dotnet/10.0"
  if dotnet_fits; then return; fi
  # A bare machine may lack ICU, without which dotnet does not start unless it is told to do without.
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  dotnet_fits ||
    fail "The .NET 10 SDK is needed (https://dotnet.microsoft.com/download/dotnet/10.0), but 'dotnet --version' says:" \
      "$(cd "$root" && dotnet --version 2>&1 | head -n 12)"
}

# In a group, because the shell itself reports a child that aborts.
dotnet_fits() { { (cd "$root" && dotnet --version); } >/dev/null 2>&1; }

# A folder for temporary files, gone when the script ends: the SDK and killed servers leave some that nobody else removes.
# Open to the user that PostgreSQL runs as.
use_scratch() {
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  chmod 711 "$scratch"
  export TMPDIR=$scratch
}

# Where PostgreSQL's server programs are: PG_BIN, the PATH, or the newest version in Debian's place.
find_postgres() {
  local initdb bin
  if [ -n "${PG_BIN:-}" ]; then
    [ -x "$PG_BIN/initdb" ] && [ -x "$PG_BIN/postgres" ] || fail "PG_BIN is $PG_BIN, but there is no initdb and postgres in it."
    echo "$PG_BIN"
    return
  fi
  if initdb=$(command -v initdb) && command -v postgres >/dev/null; then
    dirname "$(readlink -f "$initdb")"
    return
  fi
  bin=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
  [ -n "$bin" ] && dirname "$bin"
}

# Sees to it that PG_BIN names PostgreSQL's server programs.
require_postgres() {
  local bin
  if ! bin=$(find_postgres); then
    [ -z "${PG_BIN:-}" ] || exit 1
    install_postgres
    bin=$(find_postgres) || fail "PostgreSQL was installed, but its initdb is nowhere to be found. Set PG_BIN to its folder."
  fi
  export PG_BIN=$bin
}

# Only the programs are wanted: Debian would also make a cluster of its own and start it on port 5432.
install_postgres() {
  local name=postgresql prefix status=0 dropins=/etc/postgresql-common/createcluster.d
  case $(package_manager) in dnf | zypper) name=postgresql-server ;; esac
  if [ "$(package_manager)" = apt-get ] && prefix=$(root_prefix); then
    $prefix mkdir -p "$dropins"
    echo "create_main_cluster = false" | $prefix tee "$dropins/chatserver.conf" >/dev/null
    (install_packages PostgreSQL "$name") || status=$?
    $prefix rm "$dropins/chatserver.conf"
    return "$status"
  fi
  install_packages PostgreSQL "$name"
}

# Builds the server in Release, unless nothing that goes into it has changed since the last build that succeeded.
build_server() {
  local stamp=$root/ChatServer/obj/built
  if [ -f "$server" ] && [ -f "$stamp" ] && [ -z "$(newer_sources "$stamp")" ]; then return; fi
  say "Building ..."
  (
    use_scratch
    # Made beforehand, or making them would change the time of the folder they are in.
    mkdir -p "$root/ChatServer/bin" "$root/ChatServer/obj"
    touch "$scratch/began"
    dotnet build "$root/ChatServer/ChatServer.csproj" -c Release --nologo -v q -p:RestoreLockedMode=true >"$scratch/log" 2>&1 ||
      { cat "$scratch/log" >&2; fail "The build failed."; }
    touch -r "$scratch/began" "$stamp"
  )
  [ -f "$(dirname "$server")/socket.io-client/socket.io.js" ] ||
    say "Built without the browser client, /socket.io/socket.io.js: npm is missing or could not fetch it. Nothing else needs it." \
      "To have it, install npm and run: dotnet build ChatServer -c Release"
}

# The first source newer than a file; folders count, because their time tells of files that are gone.
newer_sources() {
  cd "$root" && find ChatServer sql appsettings.json Directory.Build.props Directory.Packages.props global.json \
    \( -path ChatServer/bin -o -path ChatServer/obj \) -prune -o -newer "$1" -print -quit
}
