Feature: The ports of a session

  A session that steals or mirrors traffic holds ports. Status shows them, so that a team sees who gets what.

  Background:
    Given the world "visit-counter"
    And Aviram runs mirrord on "deployment/ip-visit-counter"

  Rule: Status shows each port with what is done to it

    @req-PORT-001
    Scenario: Nothing is shown of a session that neither steals nor mirrors
      Then Aviram's session holds no ports

    @smoke @req-PORT-002
    Scenario: A steal with a filter
      When Aviram steals port 80 with the filter "header=X-PG-Tenant: Avi.+"
      Then Aviram's session holds the ports
        """
        Port: 80, Type: steal, Filter: header=X-PG-Tenant: Avi.+
        """

    @req-PORT-003
    Scenario: A steal of everything
      When Aviram steals port 8080
      Then Aviram's session holds the ports
        """
        Port: 8080, Type: steal
        """

    @req-PORT-005 @provisional
    Scenario: A mirror, with a filter and without
      When Aviram mirrors port 80
      And Aviram mirrors port 81 with the filter "path=^/api"
      Then Aviram's session holds the ports
        """
        Port: 80, Type: mirror
        Port: 81, Type: mirror, Filter: path=^/api
        """

    @req-PORT-004
    Scenario: Several ports
      When Aviram steals port 80
      And Aviram steals port 443 with the filter "method=POST"
      Then Aviram's session holds the ports
        """
        Port: 80, Type: steal
        Port: 443, Type: steal, Filter: method=POST
        """

    @req-PORT-006
    Scenario: A port that was let go is no longer shown
      Given Aviram steals port 80
      When Aviram lets go of port 80
      Then Aviram's session holds no ports

    @req-PORT-007
    Scenario Outline: Every kind of filter is shown as its user knows it
      When Aviram steals port 80 with the filter "<filter>"
      Then Aviram's session holds the ports
        """
        Port: 80, Type: steal, Filter: <filter>
        """

      Examples:
        | filter                               |
        | header=X-PG-Tenant: Avi.+            |
        | path=^/orders                        |
        | method=POST                          |
        | all of (header=x-u: a), (path=^/o)   |
        | any of (header=x-u: a), (method=GET) |

  Rule: A port that is stolen whole belongs to one session

    @req-PORT-008
    Scenario: The second to steal it is refused, and the first keeps it
      Given Aviram steals port 80
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to steal port 80
      Then it is refused with
        """
        Could not subscribe to port `80`, as it is being stolen by another mirrord client.
        """
      And Aviram is still connected
      And Dana's session holds no ports

    @req-PORT-009
    Scenario: Other ports of the same target are free
      Given Aviram steals port 80
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana tries to steal port 81
      Then it is not refused

    @req-PORT-010
    Scenario: The same port of another target is free
      Given the deployment "checkout"
      And Aviram steals port 80
      And Dana runs mirrord on "deployment/checkout"
      When Dana tries to steal port 80
      Then it is not refused

    @req-PORT-011
    Scenario: Two sessions may share a port if each has a filter
      Given Aviram steals port 80 with the filter "header=x-user: aviram"
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Dana steals port 80 with the filter "header=x-user: dana"
      Then Dana's session holds the ports
        """
        Port: 80, Type: steal, Filter: header=x-user: dana
        """

    @needs_clock_control @req-PORT-012
    Scenario: The port is free when its session is gone
      Given Aviram steals port 80
      And Dana runs mirrord on "deployment/ip-visit-counter"
      When Aviram stops mirrord
      And 31 seconds pass
      And Dana tries to steal port 80
      Then it is not refused
