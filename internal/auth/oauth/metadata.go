package oauth

import (
	"encoding/json"
	"net/http"
)

// The paths of the metadata documents, below the base URL. The path of a
// protected resource follows that of its document (RFC 9728 §3.1).
const (
	ResourcePath     = "/.well-known/oauth-protected-resource"
	SCIMResourcePath = ResourcePath + "/v2"
	ServerPath       = "/.well-known/oauth-authorization-server"
)

// ResourceMetadata says which authorization server protects SCIM (RFC 9728 §2).
func (s *Server) ResourceMetadata(w http.ResponseWriter, _ *http.Request) {
	publish(w, struct {
		Resource      string   `json:"resource"`
		Servers       []string `json:"authorization_servers"`
		Scopes        []string `json:"scopes_supported"`
		BearerMethods []string `json:"bearer_methods_supported"`
		Name          string   `json:"resource_name"`
	}{s.cfg.BaseURL + "/v2", []string{s.cfg.BaseURL}, []string{Scope}, []string{"header"}, "SCIM 2.0"})
}

// ServerMetadata describes the authorization server (RFC 8414 §2). It has no
// authorization endpoint and so supports no response types.
func (s *Server) ServerMetadata(w http.ResponseWriter, _ *http.Request) {
	methods := []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}
	signatures := []string{"RS256", "ES256"}
	publish(w, struct {
		Issuer               string   `json:"issuer"`
		TokenEndpoint        string   `json:"token_endpoint"`
		Scopes               []string `json:"scopes_supported"`
		ResponseTypes        []string `json:"response_types_supported"`
		Grants               []string `json:"grant_types_supported"`
		Methods              []string `json:"token_endpoint_auth_methods_supported"`
		Algorithms           []string `json:"token_endpoint_auth_signing_alg_values_supported"`
		RevocationEndpoint   string   `json:"revocation_endpoint"`
		RevocationMethods    []string `json:"revocation_endpoint_auth_methods_supported"`
		RevocationAlgorithms []string `json:"revocation_endpoint_auth_signing_alg_values_supported"`
		Resources            []string `json:"protected_resources"`
	}{
		s.cfg.BaseURL, TokenURL(s.cfg.BaseURL), []string{Scope}, []string{},
		[]string{grantClientCredentials, grantJWTBearer}, methods, signatures,
		s.cfg.BaseURL + RevocationPath, methods, signatures, []string{s.cfg.BaseURL + "/v2"},
	})
}

func publish(w http.ResponseWriter, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_ = json.NewEncoder(w).Encode(document) // a client that left needs no answer
}
