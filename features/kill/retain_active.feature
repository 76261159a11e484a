Feature: Clearing away what nobody uses

  A session whose client has gone away stays for a while, so that the client may come back. `mirrord operator session
  retain-active` ends such sessions at once and leaves all that are in use.

  Background:
    Given the world "busy"

  @destructive @req-KILL-016
  Scenario: Who is connected stays
    Given Aviram stops mirrord
    When Dana runs "mirrord operator session retain-active"
    Then the command succeeds
    And the session "C527FE7D9C30979E" is gone
    And the session "487F4F2B6D2376AD" is listed
    And Dana is still connected

  @destructive @req-KILL-017
  Scenario: When all are in use, nothing happens
    When Dana runs "mirrord operator session retain-active"
    Then the command succeeds
    And there are 2 sessions

  @destructive @req-KILL-018
  Scenario: The command is told in plain lines
    Given mirrord tells its progress in plain lines
    When Dana runs "mirrord operator session retain-active"
    Then the output contains "executing `mirrord operator retain-active`"
