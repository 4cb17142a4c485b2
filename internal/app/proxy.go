package app

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// readProxies understands YIGAI_TRUSTED_PROXIES: addresses and networks, separated by commas.
func readProxies(text string) (list []netip.Prefix, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		one, ok := parseNetwork(part)
		if !ok {
			err = errors.Join(err, fmt.Errorf("YIGAI_TRUSTED_PROXIES 应为 IP 地址或网段,用逗号分隔,如 10.0.0.5,192.168.1.0/24,现在有 %q", part))
			continue
		}
		list = append(list, one)
	}
	return list, err
}

func parseNetwork(text string) (netip.Prefix, bool) {
	if network, err := netip.ParsePrefix(text); err == nil {
		return network.Masked(), true
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	address = address.Unmap().WithZone("")
	return netip.PrefixFrom(address, address.BitLen()), true
}

// fromClient makes the request's address that of the person when a proxy we trust passes it on: the right-most
// hop of X-Forwarded-For that is no proxy of ours. What stands further left anybody could have written, and
// without a trusted proxy in front nothing of it is believed. Throttle, rate limit, sessions and trail go by it.
func (a *App) fromClient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if client, ok := a.Config.client(r); ok {
			r.RemoteAddr = net.JoinHostPort(client.String(), "0")
		}
		next.ServeHTTP(w, r)
	})
}

// client reports false where the address of the connection is the one to go by.
func (c Config) client(r *http.Request) (netip.Addr, bool) {
	peer, ok := hop(r.RemoteAddr)
	if !ok || !c.trusts(peer) {
		return netip.Addr{}, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(hops) {
		next, ok := hop(text)
		if !ok {
			break // not an address: nobody knows who wrote what stands before it
		}
		if peer = next; !c.trusts(peer) {
			break
		}
	}
	return peer, true
}

func (c Config) trusts(address netip.Addr) bool {
	return slices.ContainsFunc(c.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(address) })
}

// hop reads one address, with or without a port.
func hop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if both, err := netip.ParseAddrPort(text); err == nil {
		return both.Addr().Unmap().WithZone(""), true
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return address.Unmap().WithZone(""), err == nil
}
