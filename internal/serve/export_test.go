package serve

import "net"

// On serves on a listener of the test's.
func On(listener net.Listener, s Server) Servers { return Servers{newRunning(s, listener)} }
