Feature: `mirrord session`, the short way to one's sessions

  `mirrord session ls` shows the sessions of a namespace, `mirrord session stop` ends one by its id. What only a process
  on one's own machine knows, such as its command line, is not available for sessions of others.

  @needs_clock_control @req-LIST-001
  Scenario: The sessions of all namespaces, in the order of their ids
    Given the world "busy"
    When Aviram runs "mirrord session ls -A"
    Then the command succeeds
    And the output is
      """
      +------------------+------------+-----+-----------------------------+-----------+---------------------------------------------------------------+--------------+--------------+---------+
      | Session ID       | Process ID | Key | Target                      | Namespace | User                                                          | Process name | Command line | Time up |
      +------------------+------------+-----+-----------------------------+-----------+---------------------------------------------------------------+--------------+--------------+---------+
      | 487F4F2B6D2376AD | N/A        | N/A | deployment/checkout         | shop      | Dana Levi/dana@metalbear.co@danas-thinkpad                    | N/A          | N/A          | 4s      |
      +------------------+------------+-----+-----------------------------+-----------+---------------------------------------------------------------+--------------+--------------+---------+
      | C527FE7D9C30979E | N/A        | N/A | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | N/A          | N/A          | 13s     |
      +------------------+------------+-----+-----------------------------+-----------+---------------------------------------------------------------+--------------+--------------+---------+
      """

  @needs_clock_control @req-LIST-002
  Scenario: The sessions of one namespace
    Given the world "busy"
    When Aviram runs "mirrord session ls -n shop"
    Then the output is
      """
      +------------------+------------+-----+---------------------+-----------+--------------------------------------------+--------------+--------------+---------+
      | Session ID       | Process ID | Key | Target              | Namespace | User                                       | Process name | Command line | Time up |
      +------------------+------------+-----+---------------------+-----------+--------------------------------------------+--------------+--------------+---------+
      | 487F4F2B6D2376AD | N/A        | N/A | deployment/checkout | shop      | Dana Levi/dana@metalbear.co@danas-thinkpad | N/A          | N/A          | 4s      |
      +------------------+------------+-----+---------------------+-----------+--------------------------------------------+--------------+--------------+---------+
      """

  @req-LIST-003
  Scenario: No sessions
    Given the world "visit-counter"
    When Aviram runs "mirrord session list"
    Then the command succeeds
    And the output is
      """
      No active sessions.
      """

  @req-LIST-004
  Scenario: Stopping one by its id
    Given the world "busy"
    When Dana runs "mirrord session stop C527FE7D9C30979E -n default"
    Then the command succeeds
    And the output contains "Killed session C527FE7D9C30979E."
    And the session "C527FE7D9C30979E" is gone

  @req-LIST-005
  Scenario: Stopping one that is not there
    Given the world "busy"
    When Dana runs "mirrord session stop ABC"
    Then the command fails
    And the error contains "no local or remote session found with id `ABC`"
    And there are 2 sessions
