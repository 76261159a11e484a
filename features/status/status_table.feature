Feature: The table of sessions that `mirrord operator status` prints

  Whoever may read the operator's status sees all sessions of the cluster, their own and everybody else's: a row for
  each, with the id that the kill commands take, the target, who started it, the ports that it holds, and for how long
  it has been there.

  The first two scenarios are the samples of the product's documentation, byte for byte.

  Background:
    Given the world "visit-counter"

  @smoke @needs_clock_control @req-STAT-001
  Scenario: A session that holds no port
    Given Aviram runs mirrord on "deployment/ip-visit-counter" as session "487F4F2B6D2376AD"
    When 4 seconds pass
    And Aviram runs "mirrord operator status"
    Then the command succeeds
    And the output contains
      """
      +------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
      | Session ID       | Target                      | Namespace | User                                                          | Ports | Session Duration |
      +------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
      | 487F4F2B6D2376AD | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local |       | 4s               |
      +------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
      """

  @smoke @needs_clock_control @req-STAT-002
  Scenario: A session that steals the requests of one tenant
    Given Aviram runs mirrord on "deployment/ip-visit-counter" as session "C527FE7D9C30979E"
    And Aviram steals port 80 with the filter "header=X-PG-Tenant: Avi.+"
    When 13 seconds pass
    And Aviram runs "mirrord operator status"
    Then the command succeeds
    And the output contains
      """
      +------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
      | Session ID       | Target                      | Namespace | User                                                          | Ports                                                    | Session Duration |
      +------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
      | C527FE7D9C30979E | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Port: 80, Type: steal, Filter: header=X-PG-Tenant: Avi.+ | 13s              |
      +------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
      """

  @req-STAT-003
  Scenario: No session at all leaves the header
    When Aviram runs "mirrord operator status"
    Then the command succeeds
    And the output contains
      """
      +------------+--------+-----------+------+-------+------------------+
      | Session ID | Target | Namespace | User | Ports | Session Duration |
      +------------+--------+-----------+------+-------+------------------+
      """

  @needs_clock_control @req-STAT-004 @req-PORT-004
  Scenario: Each port is a line of the cell, and long times are told in hours
    Given Aviram runs mirrord on "deployment/ip-visit-counter" as session "A1"
    And Aviram steals port 80 with the filter "header=X-PG-Tenant: Avi.+"
    And Aviram mirrors port 443
    When 1 hour, 2 minutes and 3 seconds pass
    And Dana runs "mirrord operator status"
    Then the output contains
      """
      +------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
      | Session ID | Target                      | Namespace | User                                                          | Ports                                                    | Session Duration |
      +------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
      | A1         | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Port: 80, Type: steal, Filter: header=X-PG-Tenant: Avi.+ | 1h 2m 3s         |
      |            |                             |           |                                                               | Port: 443, Type: mirror                                  |                  |
      +------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
      """

  @needs_clock_control @req-STAT-005
  Scenario Outline: How durations are written
    Given Dana runs mirrord on "deployment/ip-visit-counter"
    When <time> pass
    And Dana runs "mirrord operator status"
    Then the output contains " <shown> "

    Examples:
      | time                  | shown   |
      | 0 seconds             | 0s      |
      | 59 seconds            | 59s     |
      | 60 seconds            | 1m      |
      | 1 minute and 1 second | 1m 1s   |
      | 2 hours               | 2h      |
      | 25 hours              | 1day 1h |
      | 2 days                | 2days   |
