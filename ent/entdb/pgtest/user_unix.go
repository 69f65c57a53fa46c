//go:build unix

package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// account is who runs the server when the tests run as root, which PostgreSQL
// refuses to be run as. Nil when they do not.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("root, but no user postgres or nobody to run the server as")
}

// giveAway makes the folder the server's.
func giveAway(folder string) error {
	a, err := account()
	if a == nil {
		return err
	}
	return os.Chown(folder, int(a.Uid), int(a.Gid))
}

// unprivileged makes cmd run as the server's account, and keep running when the
// terminal interrupts the tests.
func unprivileged(cmd *exec.Cmd) {
	a, _ := account()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a, Setpgid: true}
}
