@needs_traffic_simulation
Feature: Filtering by headers

  A header filter is a regular expression. It is searched in each header of a request, written as "name: value".

  Background:
    Given the world "visit-counter"
    And Aviram runs mirrord on "deployment/ip-visit-counter"

  Rule: A request is stolen if one of its headers matches

    @smoke @req-TRAF-001
    Scenario: The example of the documentation
      Given Aviram steals port 80 with the filter "header=X-PG-Tenant: Avi.+"
      When a GET request to "/health" with header "X-PG-Tenant: Avi1" reaches port 80 of deployment/ip-visit-counter
      Then it is stolen by Aviram's session
      When a GET request to "/health" with header "X-PG-Tenant: Bob" reaches port 80 of deployment/ip-visit-counter
      Then it reaches the original

    @req-TRAF-001 @req-TRAF-002
    Scenario Outline: The pattern is searched in the line, whatever the case
      Given Aviram steals port 80 with the filter "header=<pattern>"
      When a GET request to "/" with header "<header>" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples: A pattern without anchors
        | pattern             | header                       | whom         |
        | X-PG-Tenant: Avi.+  | X-PG-Tenant: Avi-1           | Aviram       |
        | X-PG-Tenant: Avi.+  | x-pg-tenant: aviram          | Aviram       |
        | X-PG-Tenant: Avi.+  | X-PG-Tenant: Avi             | the original |
        | X-PG-Tenant: Avi.+  | X-PG-Tenant: Bob             | the original |
        | X-PG-Tenant: Avi.+  |                              | the original |
        | X-PG-Tenant: Avi.+  | X-Note: X-PG-Tenant: Avi9    | Aviram       |
        | X-PG-Tenant:Avi     | X-PG-Tenant: Avi9            | the original |
        | X-PG-Tenant:Avi     | X-PG-Tenant:Avi9             | the original |
        | tenant              | X-PG-Tenant: zed             | Aviram       |
        | x-filter: yes       | x-filter: YES please         | Aviram       |
        | X-PG-Tenant: (?-i:Avi) | X-PG-Tenant: avi1         | the original |

      Examples: Anchors bind to the line
        | pattern                             | header                                 | whom         |
        | ^X-PG-Tenant: Avi.+$                | X-Note: X-PG-Tenant: Avi9              | the original |
        | ^X-PG-Tenant: Avi.+$                | X-PG-Tenant: Avi9                      | Aviram       |
        | ^baggage: .*mirrord-session=k1.*$   | baggage: a=1,mirrord-session=k1,b=2    | Aviram       |
        | ^baggage: .*mirrord-session=k1.*$   | baggage: mirrord-session=k10           | Aviram       |
        | ^baggage: .*mirrord-session=k1$     | baggage: mirrord-session=k10           | the original |

    @req-TRAF-003
    Scenario Outline: There is no "not", but a pattern can look ahead
      Given Aviram steals port 80 with the filter "header=<pattern>"
      When a GET request to "/" with header "<header>" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples:
        | pattern                        | header                                 | whom         |
        | ^User-Agent: (?!kube-probe)    | User-Agent: kube-probe/1.29            | the original |
        | ^User-Agent: (?!kube-probe)    | User-Agent: curl/8                     | Aviram       |
        | ^User-Agent: (?!kube-probe)    | Accept: text/html                      | the original |
        | ^(?!User-Agent: kube-probe)    | Host: a; User-Agent: kube-probe/1.29   | Aviram       |

  Rule: Each value of a header is a line of its own

    @req-TRAF-004
    Scenario Outline: Several values, and one value with a comma
      Given Aviram steals port 80 with the filter "header=X-PG-Tenant: Avi.+"
      When a GET request to "/" with header "<header>" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples:
        | header                                | whom         |
        | X-PG-Tenant: Bob; X-PG-Tenant: Avi2   | Aviram       |
        | X-PG-Tenant: Bob, Avi2                | the original |

    @req-TRAF-005
    Scenario Outline: A value that is not plain ASCII cannot match, and hides nothing else
      Given Aviram steals port 80 with the filter "header=X-PG-Tenant: Avi.+"
      When a GET request to "/" with header "<header>" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples:
        | header                                 | whom         |
        | X-PG-Tenant: Avi-é                     | the original |
        | X-PG-Tenant: Avi-é; X-PG-Tenant: Avi2  | Aviram       |

  Rule: Of HTTP/2 only the headers are headers

    @req-TRAF-006
    Scenario: The authority is not matched as a host
      Given Aviram steals port 80 with the filter "header=^host: "
      And an HTTP/2 connection to port 80 of deployment/ip-visit-counter
      When a GET request to "/" follows on it
      Then it reaches the original

  Rule: A jq program may decide instead

    @req-TRAF-007
    Scenario Outline: It is run on each line, and one that is true is enough
      Given Dana runs mirrord with config
        """
        {
          "target": "deployment/ip-visit-counter",
          "feature": {"network": {"incoming": {
            "mode": "steal",
            "http_filter": {"header_filter_jq": "startswith(\"x-a: \")"}
          }}}
        }
        """
      And Dana's application listens on port 80
      When a GET request to "/" with header "<header>" reaches port 80 of deployment/ip-visit-counter
      Then it goes to "<whom>"

      Examples:
        | header         | whom         |
        | x-a: 1         | Dana         |
        | X-A: 1         | Dana         |
        | x-b: 2; x-a: 1 | Dana         |
        | x-b: x-a: 1    | the original |
        |                | the original |
