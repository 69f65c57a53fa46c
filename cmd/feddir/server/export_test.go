package server

import (
	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/internal/auth/oauth"
)

// TakeKeysFromAnywhere lets the keys of issuers be fetched from this machine
// too. It must come before Serve.
func (s *Server) TakeKeysFromAnywhere() {
	s.oauth = oauth.New(s.db, oauth.Config{BaseURL: s.cfg.BaseURL, Log: s.cfg.Log, OnRevoke: s.auth.Forget, InsecureKeyHosts: true})
}

// DB is the server's database.
func (s *Server) DB() *entdb.DB { return s.db }

// Addr is the address that the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// HeavyReads is how many heavy reads run and wait.
func (s *Server) HeavyReads() (running, waiting int) { return s.heavy.Load() }

// OpsAddr is the address that metrics are served on.
func (s *Server) OpsAddr() string { return s.ops.Addr().String() }
