//go:build unix

package kubetest

import "os"

// What a machine with the control plane cannot show from outside.
var Unavailable = unavailable

// Program is the process over those of the control plane.
func (s *Server) Program() *os.Process { return s.cmd.Process }
