"""Which addresses the crawl connects to: global unicast, and no other, whatever carries them."""

import ipaddress
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.settings import Settings

from crawler.addresses import host_of
from crawler.manners.guard import Addresses, HostRule, host_addresses

GUARD = Addresses({}, (), "somebody@example.org", 1)


@pytest.mark.parametrize(
    "address",
    [
        *("::127.0.0.1", "::10.0.0.1", "::8.8.8.8", "fec0::1", "168.63.129.16", "::ffff:168.63.129.16"),
        *("64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1", "::ffff:0:127.0.0.1"),
        *("fe80::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "3fff::1", "100::1", "4000::1", "::", "::1"),
        *("169.254.169.254", "100.100.100.200", "0.0.0.0", "240.0.0.1", "224.0.0.1", "192.88.99.1"),
        *("198.18.0.1", "255.255.255.255", "::ffff:10.0.0.1", "192.0.0.192"),
    ],
)
def test_what_is_no_global_unicast_address_is_refused(address: str) -> None:
    assert GUARD.refusal(ipaddress.ip_address(address)) is not None


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "240e::1", "::ffff:8.8.8.8"])
def test_what_is_one_passes(address: str) -> None:
    assert GUARD.refusal(ipaddress.ip_address(address)) is None


@given(st.ip_addresses(v=6))
def test_no_address_of_ipv6_outside_of_the_global_unicast_range_passes(
    address: ipaddress.IPv6Address,
) -> None:
    if GUARD.refusal(address) is None:
        assert address.ipv4_mapped or address in ipaddress.ip_network("2000::/3")


@pytest.mark.parametrize(
    "url", ["http://[::1/", "http://www.gov.cn:a1/", "http://www.gov.cn:99999/", "http://[x]/"]
)
def test_an_address_that_is_none_has_no_host_and_is_refused(url: str) -> None:
    assert host_of(url) is None
    assert HostRule(()).refusal(url) is not None


@pytest.mark.parametrize("form", ["mapping", "text", "file"])
def test_hosts_mapped_by_hand_stand_in_the_setting_or_in_a_file(tmp_path: Path, form: str) -> None:
    hosts = {"a.test": "127.0.0.2"}
    file = tmp_path / "hosts.json"
    file.write_text(json.dumps(hosts), encoding="utf-8")
    setting = {"mapping": hosts, "text": json.dumps(hosts), "file": str(file)}[form]
    assert host_addresses(Settings({"HOST_ADDRESSES": setting})) == hosts


@pytest.mark.parametrize("content", ["a.test 127.0.0.2", "[]"])
def test_a_file_of_hosts_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "hosts.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"HOST_ADDRESSES: .*hosts\.json"):
        host_addresses(Settings({"HOST_ADDRESSES": str(tmp_path / "hosts.json")}))
