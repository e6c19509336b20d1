#!/bin/sh
# What OpenSSH's test-exec.sh does for its sftp scripts, without an sshd of its own: openssh_regress.sh OBJ SCRIPT
OBJ=$1
SCRIPT=$2
DATANAME=data
DATA=$OBJ/$DATANAME
COPY=$OBJ/copy
RESULT=0
verbose() { echo "$@"; }
fail() {
    echo "FAILED: $*"
    RESULT=1
}
# Box refuses names with a backslash, as some platforms do.
config_defined() { test "$1" = FILESYSTEM_NO_BACKSLASH; }
. "$SCRIPT"
exit $RESULT
