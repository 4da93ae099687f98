# Sourced by the scripts beside it. `ready run` or `ready test` makes .venv, or brings it up to date, and puts it
# first on the path. Works from any directory, without a terminal; a .venv that is up to date costs nothing.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONUTF8=1

say() { printf '%s\n' "$*" >&2; }

# The first Python that is new enough: 3.11 is what the versions in constraints.txt were tried on.
find_python() {
    local candidate
    for candidate in python3.11 python3 python3.12 python3.13 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "scoreledger needs Python 3.11 or newer, and none was found. On Debian 12: apt-get install python3"
    return 1
}

# Debian keeps ensurepip in a package of its own. Without it the pip that is there can fill the environment;
# without either, that package is needed.
make_venv() {
    local python package
    python=$(find_python)
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    rm -rf "$venv"
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        if "$python" -m pip --version >/dev/null 2>&1; then
            "$python" -m venv --without-pip "$venv"
            "$python" -m pip --python "$venv/bin/python" install --quiet pip
            return
        elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "installing $package, which $python -m venv needs"
            { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package"; } >&2
        else
            say "$python cannot make a virtual environment. Install it, then run this again: sudo apt-get install $package"
            return 1
        fi
    fi
    "$python" -m venv "$venv"
}

# need WHAT-FOR PACKAGE…: installs what the tests need from Debian, or says what is to be installed.
need() {
    local what_for=$1
    shift
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $*, which the tests $what_for with"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >&2
    else
        say "the tests $what_for with $*. Install that, then run this again: sudo apt-get install $*"
        return 1
    fi
}

# The tests start a PostgreSQL server of their own; what they need of it are its programs.
need_server() {
    command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need "start a server" postgresql
}

# They open the documents that we write in an office of its own, and look at the pages.
need_office() {
    if ! { command -v soffice && command -v pdftoppm && [ -n "$(fc-list :lang=zh)" ]; } >/dev/null 2>&1; then
        need "read documents" libreoffice-writer libreoffice-calc poppler-utils fontconfig fonts-noto-cjk
    fi
}

# What an environment was made from: it is made again when any of these changed, or the checkout moved.
recipe() { { printf '%s\n' "$root"; cat "$root/pyproject.toml" "$root/constraints.txt"; } | sha256sum | cut -d' ' -f1; }

# ready run: what the command needs. ready test: the tools of the tests as well.
ready() {
    local want what=$root stamp
    want=$(recipe)
    [ "$1" = test ] && what="$root[test]"
    for stamp in "$venv/made-for-test" "$venv/made-for-$1"; do
        if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && "$venv/bin/python" -c '' 2>/dev/null; then
            PATH=$venv/bin:$PATH
            return
        fi
    done
    say "making the virtual environment $venv (the first time takes a minute or two)"
    make_venv
    "$venv/bin/python" -m pip install --quiet -c "$root/constraints.txt" -e "$what" >&2
    printf '%s\n' "$want" >"$venv/made-for-$1"
    PATH=$venv/bin:$PATH
}
