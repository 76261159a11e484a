Feature: mirrord.json

  What a session does with incoming traffic stands in the user's mirrord.json. mirrord checks it before anything else happens.

  Background:
    Given the world "visit-counter"

  Rule: The mode says what is done with a port on which the application listens

    @req-CONF-001
    Scenario Outline: Its spellings
      Given Aviram runs mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "feature": {"network": {"incoming": <incoming>}}}
        """
      When Aviram's application listens on port 80
      Then Aviram's session holds the ports
        """
        <ports>
        """

      Examples:
        | incoming                                                 | ports                                         |
        | null                                                     | Port: 80, Type: mirror                        |
        | true                                                     | Port: 80, Type: mirror                        |
        | "mirror"                                                 | Port: 80, Type: mirror                        |
        | "steal"                                                  | Port: 80, Type: steal                         |
        | {}                                                       | Port: 80, Type: mirror                        |
        | {"mode": "steal"}                                        | Port: 80, Type: steal                         |
        | {"http_filter": {"path_filter": "^/a"}}                  | Port: 80, Type: mirror, Filter: path=^/a      |
        | {"mode": "steal", "http_filter": {"path_filter": "^/a"}} | Port: 80, Type: steal, Filter: path=^/a       |

    @req-CONF-001
    Scenario Outline: It can be off
      Given Aviram runs mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "feature": {"network": {"incoming": <incoming>}}}
        """
      When Aviram's application listens on port 80
      Then Aviram's session holds no ports

      Examples:
        | incoming        |
        | false           |
        | "off"           |
        | {"mode": "off"} |

    @req-CONF-002
    Scenario Outline: The environment is stronger, and there "true" means to steal
      Given the environment variable "MIRRORD_AGENT_TCP_STEAL_TRAFFIC" is "<value>"
      And Aviram runs mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "feature": {"network": {"incoming": "off"}}}
        """
      When Aviram's application listens on port 80
      Then Aviram's session holds the ports
        """
        Port: 80, Type: <type>
        """

      Examples:
        | value  | type   |
        | true   | steal  |
        | steal  | steal  |
        | mirror | mirror |

    @req-CONF-002
    Scenario: And it is checked
      Given the environment variable "MIRRORD_AGENT_TCP_STEAL_TRAFFIC" is "yes"
      When Aviram tries to run mirrord with config
        """
        {"target": "deployment/ip-visit-counter"}
        """
      Then it is refused with
        """
        could not parse IncomingConfig from string, values must be bool or mirror/steal
        """

  Rule: A filter can be of any kind

    @req-CONF-003
    Scenario Outline: What status shows of it
      Given Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", "http_filter": <filter>}}}
        }
        """
      When Aviram's application listens on port 80
      Then Aviram's session holds the ports
        """
        Port: 80, Type: steal, Filter: <shown>
        """

      Examples:
        | filter                                                                | shown                              |
        | {"header_filter": "X-PG-Tenant: Avi.+"}                               | header=X-PG-Tenant: Avi.+          |
        | {"path_filter": "^/orders"}                                           | path=^/orders                      |
        | {"method_filter": "post"}                                             | method=POST                        |
        | {"header_filter_jq": "true"}                                          | header_jq=true                     |
        | {"body_filter": {"body": "json", "query": "$.a", "matches": "b"}}     | body=Json                          |
        | {"all_of": [{"header": "x-u: a"}, {"path": "^/o"}]}                   | all of (header=x-u: a), (path=^/o) |
        | {"any_of": [{"method": "GET"}, {"query": "false"}]}                   | any of (method=GET), (header_jq=false) |

    @req-CONF-004
    Scenario: The key of the session may be part of it
      Given Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "key": "avi",
          "feature": {"network": {"incoming": {
            "mode": "steal", "http_filter": {"header_filter": "baggage: .*mirrord-session={{ key }}.*"}
          }}}
        }
        """
      When Aviram's application listens on port 80
      Then Aviram's session holds the ports
        """
        Port: 80, Type: steal, Filter: header=baggage: .*mirrord-session=avi.*
        """

  Rule: Which ports, and which of them with the filter

    @req-CONF-005
    Scenario Outline: Ports of the filter and ports at all
      Given Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", <more>}}}
        }
        """
      When Aviram's application listens on port 80
      Then Aviram's session holds the ports
        """
        <ports>
        """

      Examples: A port outside of the filter's ports is stolen whole
        | more                                                                | ports                                       |
        | "http_filter": {"path_filter": "/test"}                             | Port: 80, Type: steal, Filter: path=/test   |
        | "http_filter": {"path_filter": "/test", "ports": 80}                | Port: 80, Type: steal, Filter: path=/test   |
        | "http_filter": {"path_filter": "/test", "ports": [80, 81]}          | Port: 80, Type: steal, Filter: path=/test   |
        | "http_filter": {"path_filter": "/test", "ports": [81]}              | Port: 80, Type: steal                       |
        | "ports": [80, 81], "http_filter": {"path_filter": "/test"}          | Port: 80, Type: steal, Filter: path=/test   |

      Examples: Ports are mapped from those of the application to those of the target
        | more                                             | ports                   |
        | "port_mapping": [[80, 8080]]                     | Port: 8080, Type: steal |
        | "port_mapping": [[80, 8080]], "ports": [8080]    | Port: 8080, Type: steal |
        | "listen_ports": [[80, 8080]]                     | Port: 80, Type: steal   |
        | "port_mapping": [[81, 8080]]                     | Port: 80, Type: steal   |

    @req-CONF-006
    Scenario Outline: Ports that stay local
      Given Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", <more>}}}
        }
        """
      When Aviram's application listens on port 80
      Then Aviram's session holds no ports

      Examples:
        | more                                             |
        | "ports": [81]                                    |
        | "ignore_ports": [80]                             |
        | "port_mapping": [[80, 8080]], "ports": [80]      |

    @needs_traffic_simulation @req-CONF-005
    Scenario: A port that is mapped gets the target's traffic
      Given Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", "port_mapping": [[3000, 80]]}}}
        }
        """
      And Aviram's application listens on port 3000
      When a GET request to "/" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session

  Rule: Targets have several spellings

    @req-CONF-007
    Scenario Outline: As text and as an object
      When Aviram runs mirrord with config
        """
        {"target": <target>}
        """
      Then the sessions are
        | target  | namespace |
        | <shown> | default   |

      Examples:
        | target                                                              | shown                       |
        | "deployment/ip-visit-counter"                                       | deployment/ip-visit-counter |
        | "deploy/ip-visit-counter"                                           | deployment/ip-visit-counter |
        | {"deployment": "ip-visit-counter"}                                  | deployment/ip-visit-counter |
        | {"path": "deployment/ip-visit-counter"}                             | deployment/ip-visit-counter |
        | {"path": {"deployment": "ip-visit-counter"}, "namespace": "default"} | deployment/ip-visit-counter |
        | "targetless"                                                        | targetless                  |
        | null                                                                | targetless                  |

    @req-CONF-007
    Scenario: In another namespace
      Given the deployment "checkout" in the namespace "shop"
      When Aviram runs mirrord with config
        """
        {"target": {"path": "deployment/checkout", "namespace": "shop"}}
        """
      Then the sessions are
        | target              | namespace |
        | deployment/checkout | shop      |

    @req-CONF-008
    Scenario Outline: What is no target
      When Aviram tries to run mirrord with config
        """
        {"target": "<target>"}
        """
      Then it is refused because of "<text>"

      Examples:
        | target                    | text                                                          |
        | ip-visit-counter          | Provided target: ip-visit-counter is unsupported.             |
        | label/                    | Label target must contain at least one label.                 |
        | label/a=b,a=c             | Label target contains duplicate key                           |

  Rule: What cannot work is refused before anything happens

    @req-CONF-009
    Scenario Outline: Conflicts
      When Aviram tries to run mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "feature": {"network": {"incoming": {"mode": "steal", <incoming>}}}}
        """
      Then it is refused with
        """
        Conflicting configuration found `<text>`
        """
      And there are no sessions

      Examples:
        | incoming                                                            | text |
        | "http_filter": {"path_filter": "a", "header_filter": "b"}           | Cannot use multiple types of HTTP filter at the same time, use 'any_of' or 'all_of' to combine filters |
        | "http_filter": {"all_of": [{"path": "a"}], "any_of": [{"path": "a"}]} | Cannot use multiple types of HTTP filter at the same time, use 'any_of' or 'all_of' to combine filters |
        | "http_filter": {"all_of": []}                                       | Composite HTTP filter cannot be empty |
        | "ignore_ports": [1], "ports": [2]                                   | Cannot use both `incoming.ignore_ports` and `incoming.ports` at the same time |
        | "https_delivery": {}, "tls_delivery": {}                            | Cannot use both `feature.network.incoming.https_delivery` and `feature.network.incoming.tls_delivery` at the same time |
        | "port_mapping": [[8080, 1], [8080, 2]]                              | `feature.network.incoming.port_mapping` contains duplicate source port `8080` |
        | "listen_ports": [[1, 8080], [2, 8080]]                              | `feature.network.incoming.listen_ports` contains duplicate target port `8080` |

    @req-CONF-010
    Scenario Outline: Empty texts in a filter
      When Aviram tries to run mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "feature": {"network": {"incoming": {"http_filter": <filter>}}}}
        """
      Then it is refused with
        """
        invalid feature.network.incoming.http_filter value ``: HTTP filter `<field>` cannot be an empty string
        """

      Examples:
        | filter                                                       | field               |
        | {"header_filter": ""}                                        | header_filter       |
        | {"path_filter": ""}                                          | path_filter         |
        | {"method_filter": ""}                                        | method_filter       |
        | {"header_filter_jq": ""}                                     | header_filter_jq    |
        | {"body_filter": {"body": "json", "query": "$", "matches": ""}} | body_filter.matches |
        | {"all_of": [{"path": "a"}, {"header": ""}]}                  | all_of[1].header    |

    @req-CONF-011
    Scenario: A path into bodies that is none
      When Aviram tries to run mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {
            "http_filter": {"body_filter": {"body": "json", "query": "$.[", "matches": "a"}}
          }}}
        }
        """
      Then it is refused because of "invalid feature.network.incoming.http_filter.body_filter.query value `$.[`"

    @req-CONF-012
    Scenario: A regular expression that is none is found when mirrord starts
      When Aviram tries to run mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "steal", "http_filter": {"header_filter": "("}}}}
        }
        """
      Then it is refused because of "invalid HTTP filter expression"
      And there are no sessions

    @req-CONF-013
    Scenario Outline: Without a target
      When Aviram tries to run mirrord with config
        """
        {<document>}
        """
      Then it is refused with
        """
        Conflicting configuration found `<text> is not compatible with a targetless agent, please either disable this option or specify a target.`
        """

      Examples:
        | document                                         | text                                         |
        | "feature": {"network": {"incoming": "steal"}}    | Steal mode                                   |
        | "agent": {"ephemeral": true}                     | Using an ephemeral container for the agent   |
        | "feature": {"copy_target": true}                 | The copy target feature                      |

    @req-CONF-014
    Scenario Outline: Values that do not exist
      When Aviram tries to run mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "feature": {"network": {"incoming": <incoming>}}}
        """
      Then it is refused because of "<text>"

      Examples:
        | incoming                                                        | text                                                              |
        | {"mode": "Steal"}                                               | unknown variant `Steal`, expected one of `mirror`, `steal`, `off` |
        | {"filter": "a"}                                                 | unknown field `filter`                                            |
        | {"http_filter": {"header": "a"}}                                | unknown field `header`                                            |
        | {"http_filter": {"all_of": [{"header": "a", "path": "b"}]}}     | did not match any variant of untagged enum InnerFilter            |
        | {"on_concurrent_steal": "never"}                                | could not parse ConcurrentSteal from string, values continue/override |

  Rule: What is odd is warned of, and works

    @req-CONF-015
    Scenario Outline: Warnings
      When Aviram runs mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "feature": {"network": {"incoming": <incoming>}}}
        """
      Then Aviram's mirrord warns at its start
        """
        <text>
        """

      Examples:
        | incoming                              | text |
        | {"https_delivery": {}}                | `feature.network.incoming.https_delivery` is deprecated, use `feature.network.incoming.tls_delivery` instead. |
        | {"port_mapping": [[80, 80]]}          | The feature.network.incoming.port_mapping mirrord configuration field maps a local port to the same remote port. |
        | {"on_concurrent_steal": "continue"}   | on_concurrent_steal is marked as unstable. Please note API may change |

    @req-CONF-016
    Scenario: A mirror with a filter is nothing odd
      When Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {"mode": "mirror", "http_filter": {"header_filter": "a"}}}}
        }
        """
      Then Aviram's mirrord warns of nothing

    @req-CONF-018
    Scenario Outline: A probe that would be stolen
      Given the deployment "probed" with an HTTP probe on port 80
      When Aviram runs mirrord with config
        """
        {"target": "deployment/probed", "feature": {"network": {"incoming": <incoming>}}}
        """
      Then Aviram's mirrord warns at its start
        """
        Your mirrord config may steal HTTP/gRPC health checks configured on ports [80], causing Kubernetes to terminate containers on the targeted pods. Use an HTTP filter to prevent this.
        """

      Examples:
        | incoming                                                                       |
        | "steal"                                                                        |
        | {"mode": "steal", "ports": [80]}                                               |
        | {"mode": "steal", "http_filter": {"path_filter": "^/api", "ports": [8080]}}    |

    @req-CONF-018
    Scenario Outline: A probe that would not
      Given the deployment "probed" with an HTTP probe on port 80
      When Aviram runs mirrord with config
        """
        {"target": "deployment/probed", "feature": {"network": {"incoming": <incoming>}}}
        """
      Then Aviram's mirrord warns of nothing

      Examples:
        | incoming                                                        |
        | "mirror"                                                        |
        | {"mode": "steal", "ports": [8080]}                              |
        | {"mode": "steal", "ignore_ports": [80]}                         |
        | {"mode": "steal", "http_filter": {"path_filter": "^/api"}}      |

  Rule: An operator may be too old for a filter

    @needs_operator_control @req-CONF-019
    Scenario Outline: The version of the protocol that it speaks decides
      Given it is assumed of the operator that
        """
        protocol_version: <version>
        """
      When Aviram tries to run mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "feature": {"network": {"incoming": {"mode": "steal", "http_filter": <filter>}}}}
        """
      Then it is refused with
        """
        Conflicting configuration found `Cannot use <what>, protocol version used by mirrord-agent must match >=<needed>. Consider using a newer version of mirrord-agent`
        """

      Examples:
        | version | filter                                                            | what                                     | needed |
        | 1.10.9  | {"any_of": [{"path": "/"}]}                                       | 'any_of' or 'all_of' HTTP filter types   | 1.11.0 |
        | 1.19.4  | {"method_filter": "GET"}                                          | 'method' http filter type                | 1.20.0 |
        | 1.22.0  | {"body_filter": {"body": "json", "query": "$.a", "matches": "b"}} | JSON body filters                        | 1.23.0 |
        | 1.22.0  | {"all_of": [{"body": "json", "query": "$.a", "matches": "b"}]}    | JSON body filters                        | 1.23.0 |
        | 1.25.0  | {"header_filter_jq": "true"}                                      | JQ header filters                        | 1.26.0 |

    @needs_operator_control @req-CONF-019
    Scenario Outline: Headers and paths are understood by all
      Given it is assumed of the operator that
        """
        protocol_version: 1.2.0
        """
      When Aviram tries to run mirrord with config
        """
        {"target": "deployment/ip-visit-counter", "feature": {"network": {"incoming": {"mode": "steal", "http_filter": <filter>}}}}
        """
      Then it is not refused

      Examples:
        | filter                     |
        | {"header_filter": "a: b"}  |
        | {"path_filter": "^/a"}     |

  Rule: Everything else is accepted, and named as not simulated

    @req-CONF-017
    Scenario: Files, outgoing traffic and what else there is
      When Aviram runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "telemetry": false,
          "feature": {
            "fs": "local",
            "network": {"incoming": "steal", "outgoing": false, "dns": true}
          }
        }
        """
      Then of Aviram's configuration these parts are not simulated
        """
        telemetry
        feature.fs
        feature.network.outgoing
        feature.network.dns
        """
      And Aviram is still connected

    @req-CONF-017
    Scenario: What acts is not named
      When Aviram runs mirrord with config
        """
        {
          "target": {"path": "deployment/ip-visit-counter", "namespace": "default"},
          "operator": true,
          "key": "avi",
          "feature": {"network": {"incoming": {"mode": "steal", "http_filter": {"path_filter": "^/a"}, "ports": [80]}}}
        }
        """
      Then all of Aviram's configuration is simulated
